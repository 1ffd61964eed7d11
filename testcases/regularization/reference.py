"""What a right answer is, written from the formulas. Private: never part of a release.

Source of the formulas: cross entropy with an L2 penalty λ/(2m) Σ‖W‖², and its gradient; inverted
dropout, A ← A·D/keep_prob, and its gradient with the mask held fixed. Both are checked against
finite differences in `tests/test_reference.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ..core.compare import as_array
from ..core.diagnosis import numbers_of
from ..core.protocol import Answer, Case, Finding, Item, Plain
from .items import DROPOUT_CACHE, PLAIN_CACHE
from .network import Parameters, cross_entropy, descend, forward, relu, sigmoid

Arrays = dict[str, np.ndarray]

#: What each step of a backward pass starts from; each has the shape of its layer's activation.
_BACKWARD_STEPS = ("dZ3", "dA2", "dZ2", "dA1", "dZ1")


def cost_with_l2(A3: np.ndarray, Y: np.ndarray, parameters: Parameters, lambd: float) -> float:
    """J = cross entropy + λ/(2m) Σ_l Σ_kj (W^[l]_kj)²."""
    penalty = sum(float((parameters[name] ** 2).sum()) for name in ("W1", "W2", "W3"))
    return cross_entropy(A3, Y) + lambd / (2 * Y.shape[1]) * penalty


@lru_cache(maxsize=64)
def _seeded(first: int, units: int, m: int) -> np.ndarray:
    """Numbers of the stream that np.random.seed(1) begins, from number `first` on; (units, m).

    They depend on sizes alone, and are kept because beginning a stream takes longer than a whole
    forward pass.
    """
    numbers = np.random.RandomState(1).rand(first + units * m)[first:].reshape(units, m)
    numbers.flags.writeable = False
    return numbers


def seeded_masks(n_1: int, n_2: int, m: int, keep_prob: float) -> tuple[np.ndarray, np.ndarray]:
    """D1 and D2 of the seeded protocol.

    The protocol: np.random.seed(1), then rand of A1's shape, then rand of A2's shape; a unit stays
    where its number is below `keep_prob`.
    """
    return _seeded(0, n_1, m) < keep_prob, _seeded(n_1 * m, n_2, m) < keep_prob


def dropout_cache(
    X: np.ndarray,
    parameters: Parameters,
    D1: np.ndarray,
    D2: np.ndarray,
    keep_prob: float,
    own: Mapping[str, np.ndarray] | None = None,
) -> tuple[np.ndarray, ...]:
    """The cache of a forward pass with the given masks.

    Args:
        own: a student's entries to follow through from, if any: Z2 is expected to follow from
            their A1, and so on.
    """
    own = own or {}
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ own.get("A1", A1) + b2
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ own.get("A2", A2) + b3
    return (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, sigmoid(Z3), W3, b3)


def dropout_forward(
    X: np.ndarray,
    parameters: Parameters,
    keep_prob: float,
    own: Mapping[str, np.ndarray] | None = None,
) -> Arrays:
    """Every entry of the forward pass with dropout, under the seeded protocol.

    Args:
        own: see `dropout_cache`; a D2 in it takes the place of the protocol's.
    """
    own = own or {}
    n_1, n_2, m = parameters["W1"].shape[0], parameters["W2"].shape[0], X.shape[1]
    D1, D2 = seeded_masks(n_1, n_2, m, keep_prob)
    values = dropout_cache(X, parameters, D1, own.get("D2", D2), keep_prob, own)
    entries = dict(zip(DROPOUT_CACHE, values, strict=True))
    return {**entries, "A3 in the cache": entries["A3"]}


def backward(
    X: np.ndarray,
    Y: np.ndarray,
    cache: Mapping[str, np.ndarray],
    lambd: float = 0.0,
    keep_prob: float = 1.0,
    own: Mapping[str, np.ndarray] | None = None,
) -> Arrays:
    """All gradients, with an L2 penalty (λ > 0) or through dropout masks (D1, D2 in the cache).

    The convention of the exercise: dZ and dA are those of m·J, dW and db those of J.
    """
    own = own or {}
    m = X.shape[1]
    gradients: Arrays = {}
    below = {3: cache["A2"], 2: cache["A1"], 1: X}
    dZ = cache["A3"] - Y
    for layer in (3, 2, 1):
        if layer < 3:
            dA = cache[f"W{layer + 1}"].T @ own.get(f"dZ{layer + 1}", dZ)
            if f"D{layer}" in cache:
                dA = dA * cache[f"D{layer}"] / keep_prob
            gradients[f"dA{layer}"] = dA
            active = cache[f"A{layer}"] > 0
            dZ = own.get(f"dA{layer}", dA) * active
            if not dZ.any():  # zeros would follow from it, whatever is done
                dZ = dA * active
        gradients[f"dZ{layer}"] = dZ
        through = own.get(f"dZ{layer}", dZ)
        gradients[f"dW{layer}"] = through @ below[layer].T / m + lambd / m * cache[f"W{layer}"]
        gradients[f"db{layer}"] = through.sum(axis=1, keepdims=True) / m
    return gradients


def trained(
    X: np.ndarray,
    Y: np.ndarray,
    parameters: Parameters,
    learning_rate: float,
    num_iterations: int,
    lambd: float,
    keep_prob: float,
) -> Arrays:
    """Cost before each step, and the parameters after the last."""
    costs = []
    masks = seeded_masks(
        parameters["W1"].shape[0], parameters["W2"].shape[0], X.shape[1], keep_prob
    )
    for _ in range(num_iterations):
        if keep_prob < 1:
            values = dropout_cache(X, parameters, *masks, keep_prob)
            cache = dict(zip(DROPOUT_CACHE, values, strict=True))
            costs.append(cross_entropy(cache["A3"], Y))
        else:
            A3, values = forward(X, parameters)
            cache = dict(zip(PLAIN_CACHE, values, strict=True))
            costs.append(cost_with_l2(A3, Y, parameters, lambd))
        parameters = descend(parameters, backward(X, Y, cache, lambd, keep_prob), learning_rate)
    return {"costs": np.array(costs), **parameters}


def _own(
    entries: Mapping[str, Plain], shapes: Mapping[str, tuple[int, ...]], family: str
) -> Arrays:
    """The student's entries that a later step can be followed through from, of those in `shapes`.

    Left out are those that cannot be computed with, and those that are zero throughout: from zeros
    anything that is zero would "follow". Edge cases may have zeros (a mask turned round drops
    everything at keep_prob = 1), and earn nothing unless the general cases are right as well.
    """
    usable: Arrays = {}
    for name, shape in shapes.items():
        array = numbers_of(entries.get(name), shape)
        if array is not None and (family == "edge" or array.any()):
            usable[name] = array
    return usable


def _moved_mask(
    entries: Mapping[str, Plain], D1: np.ndarray, D2: np.ndarray, keep_prob: float
) -> Arrays:
    """The student's D2, if it is right but for a wrong D1 having moved the stream.

    Drawing one number a unit, or one an example, or none at all for layer 1 leaves the stream
    elsewhere; layer 2 is then right if it goes on from there. `D1` and `D2` are the right ones.
    """
    own_D1, own_D2 = (as_array(entries.get(name)) for name in ("D1", "D2"))
    right = own_D1 is not None and np.array_equal(own_D1, D1)
    if right or own_D2 is None or own_D2.shape != D2.shape:
        return {}
    for drawn_before in (0, *D1.shape):
        if np.array_equal(own_D2, _seeded(drawn_before, *D2.shape) < keep_prob):
            return {"D2": np.asarray(own_D2, dtype=float)}
    return {}


class Reference:
    """The oracle that knows the formulas, and follows through from the student's own entries."""

    follows_through = True

    def __init__(self) -> None:
        self._public_trainings: dict[str, tuple[Case, Arrays]] = {}

    def _trained(self, case: Case) -> Arrays:
        """What a training comes to. Public ones are the same for every student: computed once."""
        if case.family != "fixture":
            return trained(*case.arguments)
        known = self._public_trainings.get(case.name)
        if known is None or known[0] is not case:
            known = self._public_trainings[case.name] = (case, trained(*case.arguments))
        return known[1]

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries; see `Oracle.expect`."""
        arguments = case.arguments
        if case.function == "compute_cost_with_regularization":
            return {"cost": np.asarray(cost_with_l2(*arguments))}
        if case.function == "forward_propagation_with_dropout":
            X, parameters, keep_prob = arguments
            n_1, n_2 = parameters["W1"].shape[0], parameters["W2"].shape[0]
            D1, D2 = seeded_masks(n_1, n_2, X.shape[1], keep_prob)
            own = _own(entries, {"A1": D1.shape, "A2": D2.shape}, case.family)
            own |= _moved_mask(entries, D1, D2, keep_prob)
            return dropout_forward(X, parameters, keep_prob, own)
        if case.function == "train":
            return self._trained(case)
        X, Y, values, hyperparameter = arguments
        with_dropout = case.function == "backward_propagation_with_dropout"
        cache = dict(zip(DROPOUT_CACHE if with_dropout else PLAIN_CACHE, values, strict=True))
        options = {"keep_prob" if with_dropout else "lambd": hyperparameter}
        shapes = {name: cache[f"A{name[-1]}"].shape for name in _BACKWARD_STEPS}
        return backward(X, Y, cache, **options, own=_own(entries, shapes, case.family))

    def diagnose(self, item: Item, answers: Sequence[Answer]) -> Sequence[Finding] | None:
        """The mistakes that explain the answers; see `mistakes/`."""
        from .mistakes.find import findings  # which needs the formulas of this module

        return findings(item, answers)
