"""The hidden cases: drawn afresh for every course and student. Private: never part of a release.

Every case is drawn until it is *telling*: no hidden unit is dead or always on, masks switch off
units that are active, and the output is not saturated. The public fixtures are not telling in this
sense (two units of layer 2 are dead in all of them), which is why hidden cases exist.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..core.drawn import Drawn, with_hidden
from ..core.protocol import Case, Item, Plain
from ..secret import stream
from .items import DROPOUT_CACHE, PLAIN_CACHE
from .network import forward
from .public import public_cases
from .reference import dropout_cache, seeded_masks

Stream = np.random.RandomState
#: X and every entry of its forward pass, by name. In a batch, the first axis counts the networks.
Entries = dict[str, np.ndarray]

#: Layer sizes n_x-n_1-n_2-1 with their number of examples, one per general case. No two numbers of
#: a row are equal, so that an axis taken for another one shows.
_NETWORKS = (((2, 5, 3, 1), 7), ((4, 6, 5, 1), 9), ((3, 8, 4, 1), 6), ((2, 20, 3, 1), 11))
#: So small that a wrong gradient does not drive the training beyond all numbers within its few steps.
_LEARNING_RATE = 0.05
#: One in which so many units are dropped that their rate tells something; see `law.py`.
_LARGE_NETWORK = ((3, 13, 12, 1), 120)
#: Its keep_prob is drawn from here, well away from all that somebody may have built in.
_LARGE_KEEP_PROBS = (0.57, 0.63)
#: Every λ and keep_prob of the notebook, which somebody may have built in, and how far to keep away.
_KNOWN_HYPERPARAMETERS = (0.1, 0.5, 0.7, 0.8, 0.86)
_AWAY = 0.03
#: From where to where keep_prob is drawn.
_KEEP_PROBS = (0.53, 0.85)
#: In one case with dropout most units are dropped: what goes wrong only below one half (a bound, or
#: NumPy's `binomial`, which draws other numbers there) shows for everybody alike. With so many examples
#: both of the protocol's masks have numbers between this range and one half, and no row of them is empty.
#: It lies above the stream's first number, 0.417: whoever draws a single one drops nothing, not everything.
_SPARSE_NETWORK, _SPARSE_KEEP_PROBS = ((2, 5, 3, 1), 21), (0.43, 0.45)
#: Networks with dropout, each with the range of its keep_prob.
_DROPOUT_NETWORKS = (
    (_SPARSE_NETWORK, _SPARSE_KEEP_PROBS),
    *((network, _KEEP_PROBS) for network in _NETWORKS[1:]),
)
#: From where to where that of the training with dropout is drawn. None of the first fourteen numbers behind
#: the seed lies in between, so what masks of one column or one row drop is the same for every student.
_KEEP_PROBS_OF_TRAININGS = (0.55, 0.67)
#: Networks drawn together: of small ones, one in three to twenty is telling, and a batch takes hardly
#: longer than one. Of large ones, nine in ten are.
_BATCH, _LARGE_BATCH = 12, 1
#: Batches before giving up on a telling case.
_MAX_BATCHES = 1_000
#: Outputs nearer to 0 or 1 than this are saturated.
_UNSATURATED = 0.02


class UntellingCaseError(RuntimeError):
    """No telling case came up. The sizes in `_NETWORKS` or the scales in `_draw` do not suit."""


def _draw(rng: Stream, sizes: tuple[int, ...], m: int) -> tuple[np.ndarray, Entries]:
    """A batch of (X, parameters)."""
    batch = _LARGE_BATCH if (sizes, m) == _LARGE_NETWORK else _BATCH
    X = rng.randn(batch, sizes[0], m)
    parameters: Entries = {}
    for layer in (1, 2, 3):
        fan_in = sizes[layer - 1]
        scale = 1.5 / math.sqrt(fan_in)
        parameters[f"W{layer}"] = rng.randn(batch, sizes[layer], fan_in) * scale
        parameters[f"b{layer}"] = rng.randn(batch, sizes[layer], 1) * 0.4
    return X, parameters


def _labels(rng: Stream, m: int) -> np.ndarray:
    """Labels (1, m) as int64; both classes wherever there is room for both."""
    Y = (rng.rand(1, m) < 0.5).astype(np.int64)
    if m > 1:
        Y[0, 0], Y[0, 1] = 0, 1
    return Y


def _lively(A: np.ndarray) -> np.ndarray:
    """Of each network of a batch: every unit (row) is on for some example and off for another."""
    on = (A > 0).sum(axis=-1)
    return ((on > 0) & (on < A.shape[-1])).all(axis=-1)


def _unsaturated(A3: np.ndarray) -> np.ndarray:
    """Of each network of a batch: no output is all but certain."""
    inside: np.ndarray = (A3 > _UNSATURATED) & (A3 < 1 - _UNSATURATED)
    return np.all(inside, axis=(-2, -1))


def _dropping(Z: np.ndarray, D: np.ndarray) -> np.ndarray:
    """Of each network of a batch: the mask switches off a unit that is active."""
    return ((Z > 0) & ~D).any(axis=(-2, -1))


def _telling(draw: Callable[[], tuple[Entries, np.ndarray]]) -> Entries:
    """The first telling network. `draw` gives a batch, and which of its networks are telling."""
    count = 0
    for _ in range(_MAX_BATCHES):
        batch, telling = draw()
        count += len(telling)
        if telling.any():
            first = int(telling.argmax())
            return {name: values[first] for name, values in batch.items()}
    raise UntellingCaseError(
        f"Cannot draw a hidden case: none of {count} draws was telling. "
        "Draw from more values, or ask less of a telling case."
    )


def _network(rng: Stream, sizes: tuple[int, ...], m: int) -> Entries:
    """A network whose hidden units are all alive."""

    def draw() -> tuple[Entries, np.ndarray]:
        X, parameters = _draw(rng, sizes, m)
        batch = dict(zip(PLAIN_CACHE, forward(X, parameters)[1], strict=True))
        telling = _unsaturated(batch["A3"])
        if m > 1:
            telling &= _lively(batch["A1"]) & _lively(batch["A2"])
        return {"X": X, **batch}, telling

    return _telling(draw)


def _masked_network(
    rng: Stream, sizes: tuple[int, ...], m: int, keep_prob: float, seeded: bool
) -> Entries:
    """A network in both of whose layers the masks switch off active units.

    The masks are those of the seeded protocol, or the network's own.
    """
    _, n_1, n_2, _ = sizes

    def draw() -> tuple[Entries, np.ndarray]:
        X, parameters = _draw(rng, sizes, m)
        if seeded:
            alike = seeded_masks(n_1, n_2, m, keep_prob)
            D1, D2 = (np.broadcast_to(D, (len(X), *D.shape)) for D in alike)
        else:
            D1, D2 = (rng.rand(len(X), units, m) < keep_prob for units in (n_1, n_2))
        values = dropout_cache(X, parameters, D1, D2, keep_prob)
        batch = dict(zip(DROPOUT_CACHE, values, strict=True))
        telling = _lively(batch["A1"]) & _lively(batch["A2"])
        telling &= _dropping(batch["Z1"], D1) & _dropping(batch["Z2"], D2)
        return {"X": X, **batch}, telling if seeded else telling & _unsaturated(batch["A3"])

    return _telling(draw)


def _parameters(entries: Entries) -> Entries:
    return {name: entries[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}


def _cache(entries: Entries, names: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    return tuple(entries[name] for name in names)


def _away_from_examples(rng: Stream, low: float, high: float) -> float:
    """A hyperparameter with three decimals, unlike any that the notebook shows."""
    while True:
        value = round(float(rng.uniform(low, high)), 3)
        if all(abs(value - known) >= _AWAY for known in _KNOWN_HYPERPARAMETERS):
            return value


def _l2_cases(rng: Stream, arguments: Callable[..., tuple[Plain, ...]]) -> list[Drawn]:
    """Cases of a function that takes λ; `arguments` makes its other arguments of a network."""

    def draw(sizes: tuple[int, ...], m: int, lambd: float | None = None) -> tuple[Plain, ...]:
        before = arguments(_network(rng, sizes, m), _labels(rng, m))
        return *before, _away_from_examples(rng, 0.2, 3.0) if lambd is None else lambd

    general = [
        Drawn("general", "another network, another λ", draw(*network)) for network in _NETWORKS
    ]
    return [
        *general,
        Drawn("edge", "the same data once more", general[0].arguments),
        Drawn("edge", "λ = 0", draw(*_NETWORKS[0], lambd=0.0)),
        Drawn("edge", "a single training example", draw((3, 4, 2, 1), 1)),
    ]


def _cost_cases(rng: Stream) -> list[Drawn]:
    return _l2_cases(rng, lambda drawn, Y: (drawn["A3"], Y, _parameters(drawn)))


def _backward_l2_cases(rng: Stream) -> list[Drawn]:
    return _l2_cases(rng, lambda drawn, Y: (drawn["X"], Y, _cache(drawn, PLAIN_CACHE)))


def _forward_dropout_cases(rng: Stream) -> list[Drawn]:
    def case(family: str, description: str, drawn: Entries, keep_prob: float) -> Drawn:
        return Drawn(family, description, (drawn["X"], _parameters(drawn), keep_prob))

    general = []
    for (sizes, m), keep_probs in _DROPOUT_NETWORKS:
        keep_prob = _away_from_examples(rng, *keep_probs)
        drawn = _masked_network(rng, sizes, m, keep_prob, seeded=True)
        general.append(case("general", "another network, another keep_prob", drawn, keep_prob))
    keep_prob = _away_from_examples(rng, *_LARGE_KEEP_PROBS)
    drawn = _masked_network(rng, *_LARGE_NETWORK, keep_prob, seeded=True)
    general.append(case("general", "a larger network, another keep_prob", drawn, keep_prob))
    return [*general, case("edge", "keep_prob = 1", _network(rng, *_NETWORKS[2]), 1.0)]


def _backward_dropout_cases(rng: Stream) -> list[Drawn]:
    def case(family: str, description: str, drawn: Entries, keep_prob: float) -> Drawn:
        Y = _labels(rng, drawn["X"].shape[1])
        arguments = (drawn["X"], Y, _cache(drawn, DROPOUT_CACHE), keep_prob)
        return Drawn(family, description, arguments)

    general = []
    for (sizes, m), keep_probs in _DROPOUT_NETWORKS:
        keep_prob = _away_from_examples(rng, *keep_probs)
        drawn = _masked_network(rng, sizes, m, keep_prob, seeded=False)
        general.append(case("general", "another network, another keep_prob", drawn, keep_prob))
    drawn = _network(rng, *_NETWORKS[2])
    all_kept = {f"D{k}": np.ones(drawn[f"A{k}"].shape, dtype=bool) for k in (1, 2)}
    edge = case("edge", "keep_prob = 1", drawn | all_kept, 1.0)
    again = Drawn("edge", "the same data once more", general[0].arguments)
    return [*general, again, edge, _round_trip(rng, *_NETWORKS[1])]


def _round_trip(rng: Stream, sizes: tuple[int, ...], m: int) -> Drawn:
    """Both passes with dropout, one behind the other. Earns nothing; see `Oracle.concede`."""
    keep_prob = _away_from_examples(rng, *_KEEP_PROBS)
    drawn = _masked_network(rng, sizes, m, keep_prob, seeded=True)
    arguments = (drawn["X"], _labels(rng, m), _parameters(drawn), keep_prob)
    names = ("X", "Y", "parameters", "keep_prob")
    return Drawn("own", "your own two passes", arguments, (), "round_trip", names)


def _training_cases(rng: Stream) -> list[Drawn]:
    sizes, m = _NETWORKS[0]

    def case(part: str, words: str, drawn: Entries, lambd: float, keep_prob: float) -> Drawn:
        network = (drawn["X"], _labels(rng, m), _parameters(drawn))
        arguments = (
            *network,
            _LEARNING_RATE,
            15,
            lambd,
            keep_prob,
        )  # learning_rate, num_iterations
        parts = (f"{part} costs", f"{part} steps")
        return Drawn("general", f"other data, with {words}", arguments, parts)

    lambd = _away_from_examples(rng, 0.3, 1.5)
    keep_prob = _away_from_examples(rng, *_KEEP_PROBS_OF_TRAININGS)
    masked = _masked_network(rng, sizes, m, keep_prob, seeded=True)
    return [
        case("L2", "the L2 penalty", _network(rng, sizes, m), lambd, 1.0),
        case("dropout", "dropout", masked, 0.0, keep_prob),
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
    return with_hidden(public, drawn)
