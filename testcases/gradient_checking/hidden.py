"""The hidden cases: drawn afresh for every course and student. Private: never part of a release.

The steps ε are large here, so that what a formula does wrong shows: with ε = 0.05 a one-sided difference
is off by a percent or so, and a step that is built in by its truncation error. Only one case takes the
tiny ε that is built in: of a cost so steep that its truncation error shows nevertheless.
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
#: What gradients are scaled down by: a constant below the line of the fraction shows from 1e-13 on.
_SMALL = 1e-9
#: How far apart close vectors are. Rounded results show by the first; by the second also whoever takes
#: close vectors for equal, and so finds no difference in any gradient check that goes well.
_CLOSE, _NEXT_TO = 1e-4, 1e-8
#: Where 1 / θ is so steep that ε = 1e-7 is off by a few parts in 10,000, and any other ε by more or less.
_STEEP = 5e-6


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
    steep = _far_from_zero(rng, 3) * np.array([_STEEP, 1.0, 1.0])
    exponents = (np.array([-1.0, 2.0, 3.0]),)
    whole = rng.choice([-3, -2, 2, 3], 3).astype(np.int64)
    return [
        Drawn("general", "another cost, another epsilon", first),
        Drawn("general", "a logistic regression", (*logistic(5, 8), _step(rng))),
        Drawn("general", "the cost of a network", ("network", data, theta, _step(rng))),
        Drawn("edge", "the same once more", first),
        Drawn("edge", "epsilon left to its default", ("powers", exponents, steep, None)),
        Drawn("edge", "a single parameter", (*logistic(1, 5), _step(rng))),
        Drawn("edge", "whole numbers in theta", (*powers((2.0, 3.0, 3.0), whole), _step(rng))),
    ]


def _difference_cases(rng: Stream) -> list[Drawn]:
    def pair(n: int) -> tuple[np.ndarray, np.ndarray]:
        a = _far_from_zero(rng, n)
        return a, a * rng.uniform(0.3, 0.9) + 0.4 * rng.randn(n)

    def close(how: float, n: int) -> tuple[Plain, ...]:
        a = _far_from_zero(rng, n)
        return a, a * (1 + how * _far_from_zero(rng, n)), 1 / how

    def magnified(family: str, description: str, arguments: tuple[Plain, ...]) -> Drawn:
        names = ("gradient", "approximation", "factor")
        told = f"{description}; the result magnified"
        return Drawn(family, told, arguments, (), "magnified_difference", names)

    first, second = pair(6), pair(9)
    return [
        Drawn("general", "other vectors", first),
        Drawn("general", "longer vectors", second),
        Drawn("general", "the second one is longer", (second[1], 3 * second[0])),
        magnified("general", "vectors that are close", close(_CLOSE, 7)),
        Drawn("edge", "the same directions", (first[0], 2.5 * first[0])),
        Drawn("edge", "equal vectors", (first[0], first[0].copy())),
        Drawn("edge", "very small gradients", (_SMALL * first[0], _SMALL * first[1])),
        Drawn("edge", "two zero vectors", (np.zeros(4), np.zeros(4))),
        Drawn("edge", "the first vector zero", (np.zeros(6), first[1])),
        Drawn("edge", "the second vector zero", (first[0], np.zeros(6))),
        magnified("edge", "vectors that are nearly equal", close(_NEXT_TO, 8)),
        Drawn("edge", "a single component", pair(1)),
    ]


def _backward_cases(rng: Stream) -> list[Drawn]:
    def draw(n_x: int, n_h: int, m: int) -> tuple[Plain, ...]:
        X = rng.randn(n_x, m)
        parameters = initialize_parameters(n_x, n_h, rng.randint(2**31))
        return X, _labels(rng, m), forward_propagation(X, parameters)[1]

    def large() -> tuple[Plain, ...]:
        """One hidden unit is saturated, the other one's gradient is large, and all outputs are wrong.

        Outputs are close to 0 or 1, yet not so close to 1 that the cost loses its digits: a gradient that
        was measured is right as well.
        """
        n_x, m = 4, 8
        X = _far_from_zero(rng, n_x, m)
        signs = rng.permutation(np.arange(m) % 2 * 2 - 1)
        X[0] = signs * rng.uniform(0.9, 1.1, m)
        W1 = _far_from_zero(rng, 2, n_x) * np.array([[0.05], [0.01]])
        W1[1, 0] = 0.6
        saturated, weight = rng.choice([-1.0, 1.0]), float(_far_from_zero(rng))
        parameters = {
            "W1": W1,
            "b1": np.array([[5.7 * saturated], [0.0]]),
            "W2": np.array([[3 * weight, 14.0]]),
            "b2": np.array([[-1.7 - 3 * weight * saturated]]),
        }
        return X, (signs < 0).astype(int)[None, :], forward_propagation(X, parameters)[1]

    general = [Drawn("general", "another network", draw(*sizes)) for sizes in _NETWORKS]
    return [
        *general,
        Drawn("edge", "a single example", draw(4, 3, 1)),
        Drawn("edge", "a single hidden unit", draw(3, 1, 6)),
        Drawn("edge", "large weights", large()),
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
