"""Where a wrong first mask leaves the random stream: from there a second mask goes on. Private.

An error is charged once. Who draws the right count of another kind for layer 1, or draws more or fewer
numbers than they should, moves the stream; layer 2 is right if it goes on from there. What came back of
layer 1 must show the move: another place in the stream is a mistake of layer 2's own (a second seed, say).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from ..core.compare import as_array
from ..core.diagnosis import numbers_of
from ..core.protocol import Case, Plain
from .chance import has_pattern
from .network import relu
from .reference import seeded_masks, seeded_numbers

#: Bounds of whole random numbers that get compared in place of numbers between 0 and 1.
_BOUNDS = (2, 10, 11, 100, 101, 1000)
#: Kinds of numbers that move the stream otherwise than `rand` does, as many as layer 1 has entries.
_KINDS = ("randn", "permutation", *(f"randint {bound}" for bound in _BOUNDS))


def moved_mask(case: Case, entries: Mapping[str, Plain]) -> dict[str, np.ndarray]:
    """The student's D2, if it is right but for layer 1 having moved the stream; else nothing.

    Args:
        case: its arguments are X, parameters and keep_prob.
        entries: what the student's forward pass gave.
    """
    X, parameters, keep_prob = case.arguments
    n_1, n_2, m = parameters["W1"].shape[0], parameters["W2"].shape[0], X.shape[1]
    D1, D2 = seeded_masks(n_1, n_2, m, keep_prob)
    own = as_array(entries.get("D2"))
    if own is None or own.shape != D2.shape or np.array_equal(own, D2):
        return {}
    moves, following = _moves(X.shape[0], n_1, n_2, m)
    fitting = ((following < keep_prob) == own).all(axis=(1, 2))
    if any(_shows(case, entries, D1, *moves[place]) for place in np.flatnonzero(fitting)):
        return {"D2": np.asarray(own, dtype=float)}
    return {}


@lru_cache(maxsize=64)
def _moves(n_x: int, n_1: int, n_2: int, m: int) -> tuple[list[tuple[str, int]], np.ndarray]:
    """What may have been drawn for layer 1, as kind and count; and for each what `rand` then gives, (moves, n_2, m).

    Counts are those of one number a unit or an example, of shapes taken for that of the layer, and of
    masks that come behind others.
    """
    size = n_1 * m
    fewer = (0, 1, n_1, m, n_1 * n_x, n_1 * n_1, m * m, n_x * m, n_2 * m)
    counts = {*fewer, 2 * size, n_x * m + size} - {size}
    moves = [("rand", count) for count in sorted(counts)] + [(kind, size) for kind in _KINDS]
    return moves, np.array([_drawn(*move, n_2, m)[1] for move in moves])


def _drawn(kind: str, count: int, n_2: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """So many numbers of a kind behind the protocol's seed, and what `rand` gives for layer 2 behind them."""
    stream = np.random.RandomState(1)
    drawn: np.ndarray
    if kind == "rand":
        drawn = stream.rand(count)
    elif kind == "randn":
        drawn = stream.randn(count)
    elif kind == "permutation":
        drawn = stream.permutation(count)
    else:
        drawn = stream.randint(0, int(kind.split()[1]), size=count)
    return drawn, stream.rand(n_2, m)


def _shows(case: Case, entries: Mapping[str, Plain], D1: np.ndarray, kind: str, count: int) -> bool:
    """Whether layer 1, as it came back, was made by drawing so many numbers of a kind.

    `D1` is the right mask.
    """
    own = as_array(entries.get("D1"))
    if kind == "rand" and (own is None or own.shape != D1.shape or has_pattern(own)):
        # A mask of the right shape that has no pattern took as many numbers as it should.
        of_other_shape = own is not None and own.shape != D1.shape and own.size == count
        if of_other_shape or count in (0, 1, *D1.shape):
            return True
    mask = numbers_of(own, D1.shape)
    if mask is None:
        return False
    X, parameters, keep_prob = case.arguments
    (n_1, m), n_2 = D1.shape, parameters["W2"].shape[0]
    if kind == "rand":
        Z1 = parameters["W1"] @ X + parameters["b1"]
        if np.array_equal(mask, D1):  # was A1 masked with one that was drawn anew?
            A1 = numbers_of(entries.get("A1"), D1.shape)
            fresh = seeded_numbers(D1.size, n_1, m) < keep_prob
            twice = count == 2 * D1.size
            return twice and A1 is not None and np.array_equal(A1 != 0, (relu(Z1) > 0) & fresh)
        if count == 0:
            return _is_made_of(Z1, mask)
        if count > D1.size:
            return _is_made_of(seeded_numbers(count - D1.size, n_1, m), mask)
        return _is_of_first_only(mask, count)
    drawn = _drawn(kind, count, n_2, m)[0]
    forms = [drawn]
    if kind == "randn":
        forms.append(np.abs(drawn))
    elif kind == "permutation":  # its first entries say which units stay
        forms.append(np.argsort(drawn))
    return any(_is_made_of(form.reshape(D1.shape), mask) for form in forms)


def _is_of_first_only(mask: np.ndarray, count: int) -> bool:
    """Whether so many numbers were drawn for the first unit or the first example, and the rest is alike."""
    firsts = [(mask[0], mask[1:])] * (count == mask.shape[1])
    firsts += [(mask[:, 0], mask[:, 1:])] * (count == mask.shape[0])
    return any(
        _is_made_of(seeded_numbers(0, 1, count)[0], first) and len(np.unique(rest)) < 2
        for first, rest in firsts
    )


def _is_made_of(numbers: np.ndarray, mask: np.ndarray) -> bool:
    """Whether a mask is these numbers, or what a comparison with one threshold makes of them."""
    if np.array_equal(numbers, mask):
        return True
    on = mask != 0
    if len(np.unique(mask[on])) > 1:
        return False
    kept, dropped = numbers[on], numbers[~on]
    if not kept.size or not dropped.size:
        return False  # anything would make it
    return bool(kept.max() < dropped.min() or dropped.max() < kept.min())
