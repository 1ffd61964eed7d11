"""How a class moved between two gradings: from the result lines of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from .report_statistics import Bar, made
from .results import Result
from .scores import score_of

#: Scores are sums of floats: what differs by less has not changed.
_SAME = 1e-6
#: Bars on each side of zero in the picture of the changes.
_BARS = 10
#: Widths of a bar that can be read off an axis.
_WIDTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True)
class Moved:
    """One student whose score is another than it was."""

    student: str
    before: float
    after: float
    #: grade_ids of the items with other points, in the order of the assignment.
    items: tuple[str, ...]

    @property
    def change(self) -> float:
        """By how much the score rose."""
        return self.after - self.before


@dataclass(frozen=True)
class MistakeMoved:
    """How many made a mistake then, and how many now."""

    grade_id: str
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Movement:
    """The class of an earlier grading beside that of now."""

    #: Students in both.
    compared: int
    rose: int
    fell: int
    #: Mean change of all compared; None if there are none.
    mean_change: float | None
    #: Mean score then and now, of those in both; None if there are none.
    means: tuple[float, float] | None
    #: The largest change first.
    moved: tuple[Moved, ...]
    #: Only those made more or less often than then; the largest difference first.
    mistakes: tuple[MistakeMoved, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    #: Changes of those whose score changed.
    bars: tuple[Bar, ...]


def movement(before: Mapping[str, Result], after: Mapping[str, Result]) -> Movement:
    """What changed from one grading to the next, by student. Results without a score are no results."""
    then, now = _scores(before), _scores(after)
    both = sorted(then.keys() & now.keys())
    moved = [
        Moved(name, then[name], now[name], _items(before[name], after[name]))
        for name in both
        if abs(now[name] - then[name]) > _SAME
    ]
    moved.sort(key=lambda one: (-abs(one.change), one.student))
    means = None
    if both:
        means = (fmean(then[name] for name in both), fmean(now[name] for name in both))
    return Movement(
        compared=len(both),
        rose=sum(one.change > 0 for one in moved),
        fell=sum(one.change < 0 for one in moved),
        mean_change=None if means is None else means[1] - means[0],
        means=means,
        moved=tuple(moved),
        mistakes=_mistakes([before[name] for name in both], [after[name] for name in both]),
        joined=tuple(sorted(now.keys() - then.keys())),
        left=tuple(sorted(then.keys() - now.keys())),
        bars=_bars(moved),
    )


def _scores(results: Mapping[str, Result]) -> dict[str, float]:
    return {
        name: score for name, result in results.items() if (score := score_of(result)) is not None
    }


def _items(before: Result, after: Result) -> tuple[str, ...]:
    """The items with other points than before; those that are new or gone count as none."""
    then = {item.grade_id: item.score for item in before.items}
    now = {item.grade_id: item.score for item in after.items}
    return tuple(
        name for name in {**now, **then} if abs(now.get(name, 0.0) - then.get(name, 0.0)) > _SAME
    )


def _mistakes(before: Sequence[Result], after: Sequence[Result]) -> tuple[MistakeMoved, ...]:
    then, now = _counts(before), _counts(after)
    found = [
        MistakeMoved(*key, then[key], now[key])
        for key in then.keys() | now.keys()
        if then[key] != now[key]
    ]
    return tuple(
        sorted(found, key=lambda one: (-abs(one.after - one.before), one.grade_id, one.name))
    )


def _counts(results: Sequence[Result]) -> Counter[tuple[str, str]]:
    return Counter(
        (item.grade_id, str(item.mistake))
        for result in results
        for item in result.items
        if made(item)
    )


def _bars(moved: Sequence[Moved]) -> tuple[Bar, ...]:
    """How many changes lie where, in bars of equal width with zero between two of them."""
    if not moved:
        return ()
    largest = max(abs(one.change) for one in moved)
    width = next((width for width in _WIDTHS if width * _BARS >= largest), largest / _BARS)
    counts = Counter(
        min(_BARS - 1, int(abs(one.change) / width)) * (1 if one.change > 0 else -1)
        + (0 if one.change > 0 else -1)
        for one in moved
    )
    return tuple(Bar(k * width, (k + 1) * width, counts[k]) for k in range(-_BARS, _BARS))
