"""The hidden cases: drawn afresh for every course and student. Private: never part of a release.

Every case is drawn until it is *telling*: no hidden unit is dead or always on, masks switch off
units that are active, and the output is not saturated. The public fixtures are not telling in this
sense (two units of layer 2 are dead in all of them), which is why hidden cases exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..core.protocol import Case, Item, Plain
from ..secret import stream
from .items import PLAIN_CACHE
from .network import forward
from .public import public_cases
from .reference import dropout_cache, dropout_forward

Stream = np.random.RandomState
Parameters = dict[str, np.ndarray]

#: Layer sizes n_x-n_1-n_2-1 with their number of examples, one per general case. No two numbers of
#: a row are equal, so that an axis taken for another one shows.
_NETWORKS = (((2, 5, 3, 1), 7), ((4, 6, 5, 1), 9), ((3, 8, 4, 1), 6), ((2, 20, 3, 1), 11))
#: Every λ and keep_prob of the notebook, which somebody may have built in, and how far to keep away.
_KNOWN_HYPERPARAMETERS = (0.1, 0.5, 0.7, 0.8, 0.86)
_AWAY = 0.03
#: Draws before giving up on a telling case; one in a few succeeds.
_MAX_DRAWS = 10_000
#: Outputs nearer to 0 or 1 than this are saturated.
_UNSATURATED = 0.02


@dataclass(frozen=True)
class Drawn:
    """What is drawn for a hidden case; see `Case` for the fields."""

    family: str
    description: str
    arguments: tuple[Plain, ...]
    parts: tuple[str, ...] = ()


class UntellingCaseError(RuntimeError):
    """No telling case came up. The sizes in `_NETWORKS` or the scales in `_draw` do not suit."""


def _draw(rng: Stream, sizes: tuple[int, ...], m: int) -> tuple[np.ndarray, Parameters]:
    X = rng.randn(sizes[0], m)
    parameters: Parameters = {}
    for layer in (1, 2, 3):
        fan_in = sizes[layer - 1]
        parameters[f"W{layer}"] = rng.randn(sizes[layer], fan_in) * 1.5 / np.sqrt(fan_in)
        parameters[f"b{layer}"] = rng.randn(sizes[layer], 1) * 0.4
    return X, parameters


def _labels(rng: Stream, m: int) -> np.ndarray:
    """Labels (1, m) as int64; both classes wherever there is room for both."""
    Y = (rng.rand(1, m) < 0.5).astype(np.int64)
    if m > 1:
        Y[0, 0], Y[0, 1] = 0, 1
    return Y


def _lively(active: np.ndarray) -> bool:
    """Every unit (row) is on for some example and off for another."""
    return bool(active.any(axis=1).all() and not active.all(axis=1).any())


def _unsaturated(A3: np.ndarray) -> bool:
    return bool((A3 > _UNSATURATED).all() and (A3 < 1 - _UNSATURATED).all())


def _telling(draw: Callable[[], Plain], accept: Callable[[Plain], bool]) -> Plain:
    for _ in range(_MAX_DRAWS):
        drawn = draw()
        if accept(drawn):
            return drawn
    raise UntellingCaseError(f"Cannot draw a hidden case: none of {_MAX_DRAWS} draws was telling.")


def _network(rng: Stream, sizes: tuple[int, ...], m: int) -> tuple[np.ndarray, Parameters]:
    """(X, parameters) whose hidden units are all alive."""

    def accept(drawn: Plain) -> bool:
        A3, cache = forward(*drawn)
        entries = dict(zip(PLAIN_CACHE, cache, strict=True))
        return (
            m == 1 or (_lively(entries["A1"] > 0) and _lively(entries["A2"] > 0))
        ) and _unsaturated(A3)

    drawn: tuple[np.ndarray, Parameters] = _telling(lambda: _draw(rng, sizes, m), accept)
    return drawn


def _masked_network(
    rng: Stream, sizes: tuple[int, ...], m: int, keep_prob: float
) -> tuple[np.ndarray, Parameters]:
    """(X, parameters) for which the seeded masks switch off active units in both layers."""

    def accept(drawn: Plain) -> bool:
        X, parameters = drawn
        entries = dropout_forward(X, parameters, keep_prob)
        dropped = all(((entries[f"Z{k}"] > 0) & ~entries[f"D{k}"]).any() for k in (1, 2))
        return dropped and _lively(entries["A1"] > 0) and _lively(entries["A2"] > 0)

    drawn: tuple[np.ndarray, Parameters] = _telling(lambda: _draw(rng, sizes, m), accept)
    return drawn


def _masked_cache(
    rng: Stream, sizes: tuple[int, ...], m: int, keep_prob: float
) -> tuple[Plain, ...]:
    """(X, cache) of a dropout pass with masks of its own (not those of seed 1)."""

    def draw() -> Plain:
        X, parameters = _draw(rng, sizes, m)
        D1 = rng.rand(sizes[1], m) < keep_prob
        D2 = rng.rand(sizes[2], m) < keep_prob
        return X, dropout_cache(X, parameters, D1, D2, keep_prob)

    def accept(drawn: Plain) -> bool:
        Z1, D1, A1, _, _, Z2, D2, A2, *_ = drawn[1]
        dropped = ((Z1 > 0) & ~D1).any() and ((Z2 > 0) & ~D2).any()
        return bool(dropped) and _lively(A1 > 0) and _lively(A2 > 0) and _unsaturated(drawn[1][11])

    drawn: tuple[Plain, ...] = _telling(draw, accept)
    return drawn


def _away_from_examples(rng: Stream, low: float, high: float) -> float:
    """A hyperparameter with three decimals, unlike any that the notebook shows."""

    def accept(value: Plain) -> bool:
        return all(abs(value - known) >= _AWAY for known in _KNOWN_HYPERPARAMETERS)

    drawn: float = _telling(lambda: round(float(rng.uniform(low, high)), 3), accept)
    return drawn


def _l2_cases(rng: Stream, arguments: Callable[..., tuple[Plain, ...]]) -> list[Drawn]:
    """Cases of a function that takes λ; `arguments` makes its other arguments of a network."""

    def draw(sizes: tuple[int, ...], m: int, lambd: float | None = None) -> tuple[Plain, ...]:
        X, parameters = _network(rng, sizes, m)
        before = arguments(X, _labels(rng, m), parameters)
        return *before, _away_from_examples(rng, 0.2, 3.0) if lambd is None else lambd

    general = [
        Drawn("general", "another network, another λ", draw(*network)) for network in _NETWORKS
    ]
    return [
        *general,
        Drawn("edge", "λ = 0", draw(*_NETWORKS[0], lambd=0.0)),
        Drawn("edge", "a single training example", draw((3, 4, 2, 1), 1)),
    ]


def _cost_cases(rng: Stream) -> list[Drawn]:
    return _l2_cases(rng, lambda X, Y, parameters: (forward(X, parameters)[0], Y, parameters))


def _backward_l2_cases(rng: Stream) -> list[Drawn]:
    return _l2_cases(rng, lambda X, Y, parameters: (X, Y, forward(X, parameters)[1]))


def _forward_dropout_cases(rng: Stream) -> list[Drawn]:
    general = []
    for sizes, m in _NETWORKS:
        keep_prob = _away_from_examples(rng, 0.45, 0.85)
        arguments = (*_masked_network(rng, sizes, m, keep_prob), keep_prob)
        general.append(Drawn("general", "another network, another keep_prob", arguments))
    return [*general, Drawn("edge", "keep_prob = 1", (*_network(rng, *_NETWORKS[2]), 1.0))]


def _backward_dropout_cases(rng: Stream) -> list[Drawn]:
    def arguments(sizes: tuple[int, ...], m: int, keep_prob: float) -> tuple[Plain, ...]:
        X, cache = _masked_cache(rng, sizes, m, keep_prob)
        return X, _labels(rng, m), cache, keep_prob

    general = [
        Drawn(
            "general",
            "another network, another keep_prob",
            arguments(sizes, m, _away_from_examples(rng, 0.45, 0.85)),
        )
        for sizes, m in _NETWORKS
    ]
    X, parameters = _network(rng, *_NETWORKS[2])
    (_, n_1, n_2, _), m = _NETWORKS[2]
    D1, D2 = np.ones((n_1, m), dtype=bool), np.ones((n_2, m), dtype=bool)
    all_kept = (X, _labels(rng, m), dropout_cache(X, parameters, D1, D2, 1.0), 1.0)
    return [*general, Drawn("edge", "keep_prob = 1", all_kept)]


def _training_cases(rng: Stream) -> list[Drawn]:
    sizes, m = _NETWORKS[0]
    keep_prob = _away_from_examples(rng, 0.6, 0.85)
    X, parameters = _network(rng, sizes, m)
    X_masked, parameters_masked = _masked_network(rng, sizes, m, keep_prob)
    lambd = _away_from_examples(rng, 0.3, 1.5)
    return [
        Drawn(
            "general",
            "other data, with the L2 penalty",
            (X, _labels(rng, m), parameters, 0.2, 15, lambd, 1.0),
            parts=("L2",),
        ),
        Drawn(
            "general",
            "other data, with dropout",
            (X_masked, _labels(rng, m), parameters_masked, 0.2, 15, 0.0, keep_prob),
            parts=("dropout",),
        ),
    ]


_GENERATORS: Mapping[str, Callable[[Stream], list[Drawn]]] = {
    "compute_cost_with_regularization": _cost_cases,
    "backward_propagation_with_regularization": _backward_l2_cases,
    "forward_propagation_with_dropout": _forward_dropout_cases,
    "backward_propagation_with_dropout": _backward_dropout_cases,
    "training": _training_cases,
}


def all_cases(item: Item, secret: bytes, student: str) -> list[Case]:
    """The public cases of an item, then its hidden cases for this course and student."""
    if item.manual:
        return []
    public = public_cases(item)
    drawn = _GENERATORS[item.name](stream(secret, "regularization", item.name, student))
    hidden = [
        Case(
            name=f"hidden-{number}",
            family=one.family,
            function=public[0].function,
            arguments=one.arguments,
            argument_names=public[0].argument_names,
            description=one.description,
            parts=one.parts,
        )
        for number, one in enumerate(drawn, start=1)
    ]
    return [*public, *hidden]
