"""The hidden cases: drawn afresh for every course and student. Private: never part of a release.

The steps ε are large here, so that what a formula does wrong shows: with ε = 0.05 a one-sided difference
is off by a percent or so, and a step that is built in by its truncation error. Only one case takes the
tiny ε that is built in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..core.drawn import Drawn, with_hidden
from ..core.protocol import Case, Item, Plain
from ..secret import stream
from .network import forward_propagation, initialize_parameters, to_vector
from .public import public_cases

Stream = np.random.RandomState

#: (n_x, n_h, m), no two alike, so that an axis taken for another one shows.
_NETWORKS = ((2, 4, 7), (5, 3, 9), (3, 6, 10))
#: One that gradients are scaled down by: far above the rounding, far below any constant's reach.
_SMALL = 1e-5


def _step(rng: Stream) -> float:
    """A step width with three decimals, well above all that somebody may have built in."""
    return round(float(rng.uniform(0.04, 0.12)), 3)


def _labels(rng: Stream, m: int) -> np.ndarray:
    """Both classes, in any order."""
    return rng.permutation(np.arange(m) % 2)[None, :]


def _far_from_zero(rng: Stream, *shape: int) -> np.ndarray:
    """Numbers between 0.6 and 1.6 with either sign."""
    numbers: np.ndarray = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.6, 1.6, shape)
    return numbers


def _gradient_cases(rng: Stream) -> list[Drawn]:
    def logistic(n: int, m: int) -> tuple[Plain, ...]:
        data = (2 * rng.randn(n, m), _labels(rng, m))
        return "logistic", data, _far_from_zero(rng, n)

    def powers(exponents: Sequence[float], theta: np.ndarray) -> tuple[Plain, ...]:
        return "powers", (rng.permutation(np.array(exponents)),), theta

    n_x, n_h, m = _NETWORKS[0]
    theta = to_vector(initialize_parameters(n_x, n_h, rng.randint(2**31)))
    data = (rng.randn(n_x, m), _labels(rng, m), np.array([n_x, n_h]))
    first = (*powers((1.0, 2.0, 3.0, 4.0), _far_from_zero(rng, 4)), _step(rng))
    whole = rng.choice([-3, -2, 2, 3], 3).astype(np.int64)
    return [
        Drawn("general", "another cost, another epsilon", first),
        Drawn("general", "a logistic regression", (*logistic(5, 8), _step(rng))),
        Drawn("general", "the cost of a network", ("network", data, theta, _step(rng))),
        Drawn("edge", "the same once more", first),
        Drawn("edge", "epsilon left to its default", (*logistic(3, 6), None)),
        Drawn("edge", "a single parameter", (*logistic(1, 5), _step(rng))),
        Drawn("edge", "whole numbers in theta", (*powers((2.0, 3.0, 3.0), whole), _step(rng))),
    ]


def _difference_cases(rng: Stream) -> list[Drawn]:
    def pair(n: int) -> tuple[np.ndarray, np.ndarray]:
        a = _far_from_zero(rng, n)
        return a, a * rng.uniform(0.3, 0.9) + 0.4 * rng.randn(n)

    first, second = pair(6), pair(9)
    return [
        Drawn("general", "other vectors", first),
        Drawn("general", "longer vectors", second),
        Drawn("general", "the second one is longer", (second[1], 3 * second[0])),
        Drawn("edge", "the same directions", (first[0], 2.5 * first[0])),
        Drawn("edge", "equal vectors", (first[0], first[0].copy())),
        Drawn("edge", "very small gradients", (_SMALL * first[0], _SMALL * first[1])),
        Drawn("edge", "two zero vectors", (np.zeros(4), np.zeros(4))),
        Drawn("edge", "one zero vector", (np.zeros(6), first[1])),
        Drawn("edge", "a single component", pair(1)),
    ]


def _backward_cases(rng: Stream) -> list[Drawn]:
    def draw(n_x: int, n_h: int, m: int) -> tuple[Plain, ...]:
        X = rng.randn(n_x, m)
        parameters = initialize_parameters(n_x, n_h, rng.randint(2**31))
        return X, _labels(rng, m), forward_propagation(X, parameters)[1]

    general = [Drawn("general", "another network", draw(*sizes)) for sizes in _NETWORKS]
    return [
        *general,
        Drawn("edge", "a single example", draw(4, 3, 1)),
        Drawn("edge", "a single hidden unit", draw(3, 1, 6)),
    ]


_GENERATORS: Mapping[str, Callable[[Stream], list[Drawn]]] = {
    "numerical_gradient": _gradient_cases,
    "relative_difference": _difference_cases,
    "backward_propagation": _backward_cases,
}


def all_cases(item: Item, secret: bytes, student: str) -> list[Case]:
    """The public case of an item, then its hidden cases for this course and student."""
    if item.manual:
        return []
    drawn = _GENERATORS[item.name](stream(secret, "gradient_checking", item.name, student))
    return with_hidden(public_cases(item), drawn)
