"""Naming what went wrong: which of many wrong formulas gives exactly what came back. Private.

An answer is looked at aspect by aspect (one entry, such as the gradient of one layer's weights). An
aspect has *candidates*: what would come back if certain mistakes had been made, one or two of them
together, and what would come back if none had. A candidate explains the answer if it gives what came
back in every case, not in one by coincidence; of several that do, the one with the fewest mistakes.
What no candidate explains is said to be unknown: a wrong name would send a student astray.

Wrong formulas divide by zero and overflow as they like: who calls turns NumPy's warnings off, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

from .compare import ATOL, RTOL, as_array, difference
from .fingerprints import fingerprint
from .protocol import Case, Plain

#: Names of the mistakes made together; () is the right answer.
Names = tuple[str, ...]
#: The largest float.
_HUGE = float(np.finfo(float).max)


#: A candidate's value, or what works it out: that is asked only while the candidate is possible.
Value = np.ndarray | float | Callable[[], np.ndarray | float]


@dataclass(frozen=True)
class Possible:
    """Which candidates are still worth working out: those that gave what came back in the cases before."""

    #: What came back in this case.
    got: np.ndarray
    #: One truth value for each, or `ALL`.
    places: np.ndarray
    #: How many there were in each group that was added; see `Candidates.and_also`.
    groups: tuple[int, ...]


#: In the first case: all with one mistake at most.
ALL = np.ones(0, dtype=bool)
STILL_POSSIBLE: ContextVar[Possible | None] = ContextVar("STILL_POSSIBLE", default=None)
#: Stands for a candidate that is no longer worth it, or does not apply in a case.
NOTHING = np.array(np.nan)


@dataclass(frozen=True)
class Candidates:
    """What could have come back in one case."""

    #: In the same order in every case.
    names: tuple[Names, ...]
    #: (candidates, *shape of the right answer); of those in `rows` only, if that is not None.
    values: np.ndarray
    #: What has another shape than the right answer, always in the same order.
    odd: tuple[tuple[Names, np.ndarray], ...] = ()
    #: Places among `names` of the candidates that were worked out.
    rows: np.ndarray | None = None
    #: How many were added at a time.
    groups: tuple[int, ...] = ()

    def and_also(self, more: Iterable[tuple[Names, Value]]) -> Candidates:
        """With some more, of whatever shape. They are not even listed if none of them is possible."""
        still, place = STILL_POSSIBLE.get(), len(self.names) + len(self.odd)
        added: list[tuple[Names, np.ndarray]]
        if still is None or still.places is ALL:
            added = [(names, worked_out(value)) for names, value in more]
        else:
            size = still.groups[len(self.groups)]
            possible = still.places[place : place + size].tolist()
            added = [((), NOTHING)] * size
            if any(possible):
                added = [
                    (names, worked_out(value) if asked else NOTHING)
                    for (names, value), asked in zip(more, possible, strict=True)
                ]
        groups = (*self.groups, len(added))
        return Candidates(self.names, self.values, (*self.odd, *added), self.rows, groups)

    def named(self, place: int) -> Names:
        """The mistakes of one of all."""
        count = len(self.names)
        return self.names[place] if place < count else self.odd[place - count][0]

    def matching(self, got: np.ndarray) -> np.ndarray:
        """Of all, those that are what came back, within the judge's tolerance."""
        found = np.zeros(len(self.names), dtype=bool)
        shape = self.values.shape[1:]
        if shape == got.shape or (got.size == 1 and shape == ()):
            # An odd candidate may be the only one left.
            near = close(self.values.reshape(len(self.values), *got.shape), got)
            found[slice(None) if self.rows is None else self.rows] = near
        odd = np.zeros(len(self.odd), dtype=bool)
        alike = [
            place
            for place, (_, value) in enumerate(self.odd)
            if value is not NOTHING and value.shape == got.shape
        ]
        if alike:
            odd[alike] = close(np.array([self.odd[place][1] for place in alike]), got)
        return np.concatenate([found, odd])


def worked_out(value: Value) -> np.ndarray:
    """A candidate's value as an array of floats."""
    return np.asarray(value() if callable(value) else value, dtype=float)


def single(right: np.ndarray, wrong: Iterable[tuple[str, Value]]) -> Candidates:
    """Candidates with one mistake each, of whatever shape."""
    found = Candidates(((),), np.asarray(right, dtype=float)[None])
    return found.and_also(((name,), value) for name, value in wrong)


def numbers_of(value: Plain, shape: tuple[int, ...]) -> np.ndarray | None:
    """A student's entry as floats, if it has this shape and can be computed with."""
    array = as_array(value)
    if array is None or array.shape != shape:
        return None
    array = np.asarray(array, dtype=float)
    return array if np.isfinite(array).all() else None


def close(wanted: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Which of several arrays are this one. Integers and booleans count as numbers."""
    got = np.asarray(got, dtype=float)
    # A gap that is nan or infinite is not small; next to what is infinite, any would be.
    near = np.abs(wanted - got) <= np.minimum(ATOL + RTOL * np.abs(wanted), _HUGE)
    if not np.isfinite(got).all():
        near |= wanted == got  # the same infinity
        if not np.isnan(got).all():  # all nan stands for "does not apply"
            near |= np.isnan(wanted) & np.isnan(got)
    return near.all(axis=tuple(range(1, near.ndim)))


@dataclass(frozen=True)
class Aspect:
    """One entry of an answer, and the ways to come to it."""

    entry: str
    #: All candidates of a case. `entries` are the student's, so that a later entry can be followed
    #: through from an earlier one; None if it cannot be.
    candidates: Callable[[Case, Mapping[str, Plain]], Candidates | None]


def explain(
    aspect: Aspect,
    answers: Sequence[tuple[Case, Mapping[str, Plain]]],
    expected: Sequence[Mapping[str, np.ndarray]] = (),
) -> Names | None:
    """The mistakes that give what came back, in every case; () if it is right, None if unknown.

    Args:
        aspect: what is looked at.
        answers: cases, and what came back.
        expected: what should have come back, if that is known: a short way to ().
    """
    if expected and all(
        difference(right[aspect.entry], entries.get(aspect.entry)) is None
        for right, (_, entries) in zip(expected, answers, strict=True)
    ):
        return ()
    left, known = _surviving(aspect, answers)
    if known is not None and not left.any() and len(known.names) > 1:
        pairs = np.array([*map(len, known.names), *(0 for _ in known.odd)]) > 1
        left, known = _surviving(aspect, answers, pairs, known.groups)
    if known is None:
        return None
    # Those with fewer mistakes come first among the regular ones, and odd ones are single mistakes.
    survivors = (known.named(int(place)) for place in np.flatnonzero(left))
    return min(survivors, key=len, default=None)


def _surviving(
    aspect: Aspect,
    answers: Sequence[tuple[Case, Mapping[str, Plain]]],
    left: np.ndarray = ALL,
    groups: tuple[int, ...] = (),
) -> tuple[np.ndarray, Candidates | None]:
    """Which candidates give what came back in every case; and what they are, None if nobody can tell.

    Args:
        aspect: what is looked at.
        answers: cases, and what came back.
        left: those that are looked at; at first those with one mistake at most.
        groups: see `Possible`.
    """
    known: Candidates | None = None
    for case, entries in answers:
        got = as_array(entries.get(aspect.entry))
        if got is None:
            return ALL, None
        token = STILL_POSSIBLE.set(Possible(np.asarray(got, dtype=float), left, groups))
        try:
            made = aspect.candidates(case, entries)
        finally:
            STILL_POSSIBLE.reset(token)
        if made is None:
            continue
        known, groups = made, made.groups
        found = known.matching(got)
        finite = got.dtype.kind != "f" or bool(np.isfinite(got).all())
        if not found.any() and not finite and case.family != "fixture":
            continue  # a division by zero says little
        left = found if left is ALL else left & found
        if not left.any():
            break
    return left, known


def fingerprints(
    found: Candidates, right: np.ndarray, weight: Callable[[Names], float] = len
) -> dict[str, list[Names]]:
    """By fingerprint everything that leads to it, the likeliest first; the right answer has no mistakes.

    Args:
        found: all candidates of one case.
        right: its right answer.
        weight: of several ways to the same numbers, the one that weighs least comes first.
    """
    known: dict[str, list[Names]] = {fingerprint(right): [()]}
    for names, value in [*zip(found.names, found.values, strict=True), *found.odd]:
        if np.isnan(value).all() or (value.shape == right.shape and close(right[None], value)[0]):
            continue
        ways = known.setdefault(fingerprint(value), [])
        if names not in ways:
            ways.append(names)
    for ways in known.values():
        ways.sort(key=weight)
    return known
