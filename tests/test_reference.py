"""The reference is right: finite differences, and identities that hold for any input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from testcases.regularization.items import DROPOUT_CACHE, PLAIN_CACHE
from testcases.regularization.network import cross_entropy, forward, sigmoid
from testcases.regularization.reference import (
    backward,
    cost_with_l2,
    dropout_cache,
    dropout_forward,
)
from testcases.regularization.training import trained

STEP = 1e-6
NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
SIZES = ((2, 5, 3, 1), (4, 6, 5, 1))


def _network(sizes: tuple[int, ...], m: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    parameters = {}
    for layer in (1, 2, 3):
        parameters[f"W{layer}"] = rng.normal(size=(sizes[layer], sizes[layer - 1])) / np.sqrt(
            sizes[layer - 1]
        )
        parameters[f"b{layer}"] = rng.normal(size=(sizes[layer], 1))
    Y = rng.integers(0, 2, size=(1, m))
    return rng.normal(size=(sizes[0], m)), Y, parameters, rng


def _assert_gradients(
    cost: Callable[[dict[str, np.ndarray]], float],
    parameters: dict[str, np.ndarray],
    gradients: dict[str, np.ndarray],
) -> None:
    for name in NAMES:
        numeric = np.empty_like(parameters[name])
        for index in np.ndindex(numeric.shape):
            sides = []
            for sign in (1, -1):
                moved = {key: value.copy() for key, value in parameters.items()}
                moved[name][index] += sign * STEP
                sides.append(cost(moved))
            numeric[index] = (sides[0] - sides[1]) / (2 * STEP)
        np.testing.assert_allclose(gradients[f"d{name}"], numeric, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("lambd", [0.0, 0.7, 3.0])
def test_l2_gradients_match_finite_differences(sizes: tuple[int, ...], lambd: float) -> None:
    """dW and db are the derivatives of the regularized cost."""
    X, Y, parameters, _ = _network(sizes, m=7)
    cache = dict(zip(PLAIN_CACHE, forward(X, parameters)[1], strict=True))

    def cost(moved: dict[str, np.ndarray]) -> float:
        return cost_with_l2(forward(X, moved)[0], Y, moved, lambd)

    _assert_gradients(cost, parameters, backward(X, Y, cache, lambd=lambd))


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("keep_prob", [0.5, 0.8, 1.0])
def test_dropout_gradients_match_finite_differences(
    sizes: tuple[int, ...], keep_prob: float
) -> None:
    """dW and db are the derivatives of the cost through frozen masks."""
    X, Y, parameters, rng = _network(sizes, m=7)
    masks = [rng.random((size, 7)) < keep_prob for size in sizes[1:3]]
    cache = dict(zip(DROPOUT_CACHE, dropout_cache(X, parameters, *masks, keep_prob), strict=True))

    def cost(moved: dict[str, np.ndarray]) -> float:
        return cross_entropy(dropout_cache(X, moved, *masks, keep_prob)[11], Y)

    _assert_gradients(cost, parameters, backward(X, Y, cache, keep_prob=keep_prob))


def test_activation_gradients_match_finite_differences() -> None:
    """dA1 and dA2 are m times the derivative of the cost by the unmasked activation."""
    X, Y, parameters, rng = _network((3, 4, 3, 1), m=5)
    keep_prob = 0.6
    D1, D2 = rng.random((4, 5)) < keep_prob, rng.random((3, 5)) < keep_prob
    cache = dict(zip(DROPOUT_CACHE, dropout_cache(X, parameters, D1, D2, keep_prob), strict=True))
    gradients = backward(X, Y, cache, keep_prob=keep_prob)

    def cost(relu1: np.ndarray, relu2_shift: np.ndarray) -> float:
        A1 = relu1 * D1 / keep_prob
        relu2 = np.maximum(parameters["W2"] @ A1 + parameters["b2"], 0) + relu2_shift
        A2 = relu2 * D2 / keep_prob
        return cross_entropy(sigmoid(parameters["W3"] @ A2 + parameters["b3"]), Y)

    relu1 = np.maximum(cache["Z1"], 0)
    for name, shape in (("dA1", (4, 5)), ("dA2", (3, 5))):
        for index in np.ndindex(shape):
            sides = []
            for sign in (1, -1):
                shift = np.zeros(shape)
                shift[index] = sign * STEP
                sides.append(
                    cost(relu1 + shift, np.zeros((3, 5))) if name == "dA1" else cost(relu1, shift)
                )
            numeric = 5 * (sides[0] - sides[1]) / (2 * STEP)
            assert gradients[name][index] == pytest.approx(numeric, rel=1e-4, abs=1e-7)


def test_cost_is_linear_in_lambda() -> None:
    """Doubling λ doubles the penalty; λ = 0 leaves the cross entropy."""
    X, Y, parameters, _ = _network((3, 4, 3, 1), m=6)
    A3 = forward(X, parameters)[0]
    plain = cross_entropy(A3, Y)
    assert cost_with_l2(A3, Y, parameters, 0.0) == plain
    once, twice = (cost_with_l2(A3, Y, parameters, lambd) - plain for lambd in (0.4, 0.8))
    assert twice == pytest.approx(2 * once, rel=1e-12)


def test_dropout_keeps_everything_at_keep_prob_one() -> None:
    """keep_prob = 1 is the plain network."""
    X, _, parameters, _ = _network((3, 4, 3, 1), m=6)
    entries = dropout_forward(X, parameters, 1.0)
    np.testing.assert_array_equal(entries["A3"], forward(X, parameters)[0])
    assert entries["D1"].all()
    assert entries["D2"].all()


def test_dropout_follows_the_seeded_protocol() -> None:
    """The masks are those of np.random.seed(1) and two calls of rand, in this order."""
    X, _, parameters, _ = _network((2, 20, 3, 1), m=11)
    entries = dropout_forward(X, parameters, 0.86)
    np.random.seed(1)
    np.testing.assert_array_equal(entries["D1"], np.random.rand(20, 11) < 0.86)
    np.testing.assert_array_equal(entries["D2"], np.random.rand(3, 11) < 0.86)


def test_training_lowers_the_cost() -> None:
    """A few steps of either training go downhill."""
    X, Y, parameters, _ = _network((2, 6, 3, 1), m=9)
    for lambd, keep_prob in ((0.7, 1.0), (0.0, 0.8)):
        costs = trained(X, Y, parameters, 0.1, 30, lambd, keep_prob)["costs"]
        assert costs[-1] < costs[0]


def test_cross_entropy_survives_certainty() -> None:
    """0·log 0 counts as 0, being certain and wrong costs infinitely much, and nothing warns."""
    assert cross_entropy(np.array([[1.0, 0.0]]), np.array([[1, 0]])) == 0
    assert cross_entropy(np.array([[0.0]]), np.array([[1]])) == np.inf


def test_permuted_and_doubled_examples_change_nothing_that_is_averaged() -> None:
    """The cost and the gradients of the parameters are means over the examples."""
    X, Y, parameters, _ = _network((3, 4, 3, 1), m=6)
    order = np.random.RandomState(3).permutation(6)
    found = []
    for columns in (slice(None), order, np.r_[0:6, 0:6]):
        inputs, labels = X[:, columns], Y[:, columns]
        A3, values = forward(inputs, parameters)
        cache = dict(zip(PLAIN_CACHE, values, strict=True))
        gradients = backward(inputs, labels, cache)
        averaged = [gradients[f"d{name}"] for name in ("W1", "b1", "W2", "b2", "W3", "b3")]
        found.append([cross_entropy(A3, labels), *averaged])
    for other in found[1:]:
        for first, second in zip(found[0], other, strict=True):
            np.testing.assert_allclose(second, first, rtol=1e-12, atol=1e-14)


def test_doubled_weights_have_four_times_the_penalty() -> None:
    """The penalty is a sum of squares, never negative, and the biases have no part in it."""
    X, Y, parameters, _ = _network((3, 4, 3, 1), m=6)
    A3 = forward(X, parameters)[0]
    plain = cross_entropy(A3, Y)
    doubled = {name: value * (2 if name[0] == "W" else 7) for name, value in parameters.items()}
    once, more = (cost_with_l2(A3, Y, each, 0.7) - plain for each in (parameters, doubled))
    assert once > 0
    assert more == pytest.approx(4 * once, rel=1e-12)


def test_no_penalty_and_full_masks_give_the_plain_gradients() -> None:
    """λ = 0, and keep_prob = 1 with masks of ones, are the network without regularization."""
    X, Y, parameters, _ = _network((3, 4, 3, 1), m=6)
    cache = dict(zip(PLAIN_CACHE, forward(X, parameters)[1], strict=True))
    ones = {f"D{k}": np.ones(cache[f"A{k}"].shape) for k in (1, 2)}
    plain = backward(X, Y, cache)
    for other in (backward(X, Y, cache, lambd=0.0), backward(X, Y, cache | ones, keep_prob=1.0)):
        for name, value in plain.items():
            np.testing.assert_array_equal(other[name], value)
