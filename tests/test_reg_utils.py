"""The numbers of the given network, `reg_utils.py`: right, and sane at the extremes."""

from __future__ import annotations

import numpy as np
import pytest

from testcases.regularization import network, reference

from .given_network import a_net, given

# Also without this project's settings for pytest, no warning may pass.
pytestmark = pytest.mark.filterwarnings("error")

SIZES = [(2, 20, 3, 1), (4, 3, 6, 1), (1, 1, 1, 1)]


@pytest.mark.parametrize("sizes", SIZES)
def test_forward_pass_and_cost_are_the_formulas(sizes: tuple[int, ...]) -> None:
    """Outputs, all twelve entries of the cache, and the cost agree with the other implementation."""
    X, Y, parameters = a_net(sizes)
    A3, cache = given.forward_propagation(X, parameters)
    wanted, wanted_cache = network.forward(X, parameters)
    np.testing.assert_allclose(A3, wanted, rtol=1e-13)
    for ours, theirs in zip(cache, wanted_cache, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)
    cost = given.compute_cost(A3, Y)
    assert type(cost) is float
    np.testing.assert_allclose(cost, network.cross_entropy(wanted, Y), rtol=1e-13)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_are_the_references(sizes: tuple[int, ...]) -> None:
    """All eleven gradients, and no other entry, are those of the reference without penalty."""
    X, Y, parameters = a_net(sizes)
    cache = given.forward_propagation(X, parameters)[1]
    names = ("Z1", "A1", "W1", "b1", "Z2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3")
    gradients = given.backward_propagation(X, Y, cache)
    wanted = reference.backward(X, Y, dict(zip(names, cache, strict=True)))
    assert gradients.keys() == wanted.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(gradients[name], array, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_are_slopes_of_the_cost(sizes: tuple[int, ...]) -> None:
    """Each dW and db is what the cost changes by when that weight or bias is moved a little."""
    X, Y, parameters = a_net(sizes)
    gradients = given.backward_propagation(X, Y, given.forward_propagation(X, parameters)[1])
    step = 1e-6
    for name, array in parameters.items():
        for place in np.ndindex(array.shape):
            costs = []
            for sign in (1, -1):
                moved = array.copy()
                moved[place] += sign * step
                A3, _ = given.forward_propagation(X, {**parameters, name: moved})
                costs.append(given.compute_cost(A3, Y))
            slope = (costs[0] - costs[1]) / (2 * step)
            assert gradients["d" + name][place] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool, float])
def test_any_number_type_of_labels_will_do(dtype: type) -> None:
    """Labels as bytes, integers, booleans or floats give the same cost and gradients."""
    X, Y, parameters = a_net((3, 4, 2, 1))
    A3, cache = given.forward_propagation(X, parameters)
    assert given.compute_cost(A3, Y.astype(dtype)) == given.compute_cost(A3, Y)
    wanted = given.backward_propagation(X, Y, cache)
    for name, array in given.backward_propagation(X, Y.astype(dtype), cache).items():
        np.testing.assert_array_equal(array, wanted[name])


def test_sigmoid_and_relu_at_the_extremes() -> None:
    """The largest arguments give the limits, in any shape, without overflow."""
    Z = np.array([[-np.inf, -1e308, -1000.0], [0.0, 1000.0, np.inf]])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        np.testing.assert_array_equal(given.sigmoid(Z), [[0, 0, 0], [0.5, 1, 1]])
        np.testing.assert_array_equal(given.relu(Z), [[0, 0, 0], [0, 1000, np.inf]])
        assert (given.sigmoid(0), given.relu(-3), given.relu(3)) == (0.5, 0, 3)
    assert given.sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-12)


def test_a_network_that_is_certain_warns_of_nothing() -> None:
    """With huge weights the whole chain stays free of warnings, and certain errors cost infinity."""
    X, Y, parameters = a_net((2, 5, 4, 1), m=40)
    huge = {name: 1e6 * array for name, array in parameters.items()}
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        A3, cache = given.forward_propagation(X, huge)
        gradients = given.backward_propagation(X, Y, cache)
        cost = given.compute_cost(A3, Y)
        cost_if_right = given.compute_cost(A3, A3 > 0.5)
    assert set(np.unique(A3)) == {0, 1}
    assert all(np.isfinite(array).all() for array in gradients.values())
    assert (cost, cost_if_right) == (np.inf, 0)


@pytest.mark.parametrize(
    ("A3", "Y", "wanted"),
    [
        ([[1.0, 0.0]], [[1, 0]], 0.0),
        ([[1.0, 0.0, 0.5]], [[1, 0, 1]], np.log(2) / 3),
        ([[0.0, 0.5]], [[1, 1]], np.inf),
        ([[1.0, 0.5]], [[0, 1]], np.inf),
        ([[np.nan, 0.5]], [[0, 1]], np.nan),
    ],
)
def test_logarithm_of_zero_counts_only_if_wrong(A3: list, Y: list, wanted: float) -> None:
    """Certain and right costs 0 (never -0), certain and wrong infinity; nan is not hidden."""
    cost = given.compute_cost(np.array(A3), np.array(Y))
    np.testing.assert_allclose(cost, wanted, rtol=1e-15)
    assert not np.signbit(cost) or np.isnan(cost)


def test_start_is_the_classic_one() -> None:
    """The first weights are those of the classic exercise: seed 3, weights only, scaled by fan-in."""
    parameters = given.initialize_parameters([2, 20, 3, 1])
    assert list(parameters) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    drawn = np.random.RandomState(3).randn(2 * 20 + 20 * 3 + 3)
    for name, numbers, shape in (
        ("W1", drawn[:40] / np.sqrt(2), (20, 2)),
        ("W2", drawn[40:100] / np.sqrt(20), (3, 20)),
        ("W3", drawn[100:] / np.sqrt(3), (1, 3)),
    ):
        np.testing.assert_allclose(parameters[name], numbers.reshape(shape), rtol=1e-15)
        np.testing.assert_array_equal(parameters["b" + name[1]], np.zeros((shape[0], 1)))
    np.testing.assert_allclose(parameters["W1"][0], [1.26475132, 0.30865908], rtol=0, atol=1e-8)


def test_start_takes_any_layers_and_seed() -> None:
    """More layers are no problem, and another seed starts elsewhere."""
    parameters = given.initialize_parameters([5, 4, 3, 2, 1], seed=8)
    assert [parameters[f"W{k}"].shape for k in (1, 2, 3, 4)] == [(4, 5), (3, 4), (2, 3), (1, 2)]
    other = given.initialize_parameters([5, 4, 3, 2, 1], seed=9)
    assert not np.isclose(parameters["W1"], other["W1"]).any()


def test_update_is_one_step_and_changes_no_argument() -> None:
    """A step returns new arrays in a new dictionary; parameters and gradients stay as they were."""
    X, Y, parameters = a_net((3, 4, 2, 1))
    gradients = given.backward_propagation(X, Y, given.forward_propagation(X, parameters)[1])
    before = {name: array.copy() for name, array in {**parameters, **gradients}.items()}
    updated = given.update_parameters(parameters, gradients, 0.3)
    wanted = network.descend({name: before[name] for name in parameters}, before, 0.3)
    assert updated.keys() == parameters.keys()
    for name, array in wanted.items():
        np.testing.assert_array_equal(updated[name], array)
        assert not np.shares_memory(updated[name], parameters[name])
    for name, array in {**parameters, **gradients}.items():
        np.testing.assert_array_equal(array, before[name])


def test_predictions_are_plain_zeros_and_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """`predict` prints the share of hits and returns integers; the others agree with it."""
    X, Y, parameters = a_net((2, 5, 3, 1), m=8)
    wanted = network.forward(X, parameters)[0] > 0.5
    Y = np.where(np.arange(8) < 6, wanted, ~wanted).astype(np.uint8)
    predicted = given.predict(X, Y, parameters)
    assert capsys.readouterr() == ("Accuracy: 0.75\n", "")
    assert predicted.shape == (1, 8)
    assert predicted.dtype == np.int64
    np.testing.assert_array_equal(predicted, wanted)
    np.testing.assert_array_equal(given.predict_dec(parameters, X), wanted)
    assert given.predict_dec(parameters, X).dtype == bool
    assert given.accuracy(X, Y, parameters) == 0.75


def test_a_tie_goes_to_the_other_team() -> None:
    """An output of exactly 0.5 is not more than 0.5: class 0."""
    parameters = {name: 0 * array for name, array in a_net((2, 3, 2, 1))[2].items()}
    assert not given.predict_dec(parameters, np.ones((2, 3))).any()
