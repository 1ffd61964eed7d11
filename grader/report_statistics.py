"""The figures of a report: scores, items, mistakes. Pure: results in, numbers out.

    share           points earned ÷ points to be had; the mean of it says how easy an item was.
    discrimination  corrected item-rest correlation: Pearson's r between the points of the item and
                    the points of all other items together, over students. The item itself is left
                    out of the rest, or it would be correlated with itself.

An answer that still waits for a person has no points yet. While one does, its item has no mean, no share
and no discrimination, and is no part of the rest of another: those that have points may be the empty
answers alone. How many earned what is counted all the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from testcases.core.protocol import Item, Verdict
from testcases.core.wording import unrecognised

from .results import ItemResult, Result

#: Fewer students than this say nothing about a correlation: two points always lie on a line.
FEWEST = 3
#: Width of a 95 % interval, in standard deviations of the normal distribution.
_Z95 = 1.959964
#: So many students, and the bars of the distribution are half as wide.
_MANY = 100
_STOPPED: frozenset[Verdict] = frozenset({"error", "timeout", "memory"})


@dataclass(frozen=True)
class ScoreSummary:
    """A class's scores in a few numbers."""

    count: int
    mean: float
    median: float
    #: Sample standard deviation; None for a single student.
    deviation: float | None
    lowest: float
    highest: float
    #: First and third quartile, by linear interpolation.
    quartiles: tuple[float, float]


@dataclass(frozen=True)
class Bar:
    """So many scores from `low` to below `high`; in the last bar `high` is counted too."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ItemFigures:
    """How one item came out in a class."""

    grade_id: str
    points: float
    #: Students with points for it; the following five add up to this.
    counted: int
    full: int
    some: int
    #: No points: not right, stopped (error, time, memory), left as handed out.
    wrong: int
    stopped: int
    untouched: int
    #: Those whose answer a person has still to read; not counted above.
    waiting: int
    #: Mean points; None while an answer waits, and if there is none.
    mean: float | None
    #: Mean share; None where the mean is.
    share: float | None
    #: Corrected item-rest correlation; None while an answer waits, and where it is undefined.
    discrimination: float | None
    #: Its 95 % interval, by Fisher's transformation; None where that is undefined.
    interval: tuple[float, float] | None
    #: (points, number of students who earned that), from most points to fewest.
    earned: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class MistakeFigures:
    """How often one mistake was made at one item."""

    grade_id: str
    name: str
    count: int
    #: Of those whose submission could be run.
    share: float
    #: Points that those who made it did not get for the item, on average.
    lost: float


def summarize(scores: Sequence[float]) -> ScoreSummary | None:
    """The scores in a few numbers; None if there are none."""
    if not scores:
        return None
    values = np.asarray(scores, dtype=float)
    first, third = np.quantile(values, [0.25, 0.75])
    return ScoreSummary(
        count=len(values),
        mean=float(values.mean()),
        median=float(np.median(values)),
        deviation=float(values.std(ddof=1)) if len(values) > 1 else None,
        lowest=float(values.min()),
        highest=float(values.max()),
        quartiles=(float(first), float(third)),
    )


def distribution(scores: Sequence[float], max_score: float) -> tuple[Bar, ...]:
    """How many scores lie where: ten bars from 0 to the maximum, twenty for a large class.

    Scores above the maximum (extra credit) get bars of the same width. If that were more than twice as
    many bars (points that somebody mistyped), so many bars reach up to the highest score.
    """
    number = 20 if len(scores) >= _MANY else 10
    width = max_score / number if max_score > 0 else 1.0
    top = max([max_score, *scores])
    if top > 2 * number * width:
        width = top / number
    number = max(number, math.ceil(top / width - 1e-9))
    edges = [width * k for k in range(number + 1)]
    counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), bins=edges)
    return tuple(
        Bar(low, high, int(count))
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    )


def item_figures(items: Sequence[Item], results: Sequence[Result]) -> tuple[ItemFigures, ...]:
    """How each item came out; `results` are those of submissions that could be run."""
    columns = [[result.items[number] for result in results] for number in range(len(items))]
    points = np.array([[item.score for item in column] for column in columns], dtype=float)
    settled = [not any(item.waits for item in column) for column in columns]
    found = []
    for number, (item, column) in enumerate(zip(items, columns, strict=True)):
        others = [k for k in range(len(items)) if k != number and settled[k]]
        rest = points[others].sum(axis=0) if settled[number] else None
        counted = [not one.waits for one in column]
        found.append(_item(item, column, points[number][counted], rest))
    return tuple(found)


def _item(
    item: Item, column: Sequence[ItemResult], points: np.ndarray, rest: np.ndarray | None
) -> ItemFigures:
    """Of the points that there are; `rest` is None while an answer waits."""
    kinds = Counter(_kind(one) for one in column)
    earned = Counter(round(float(value), 4) for value in points)
    mean = None if rest is None or not len(points) else float(points.mean())
    r = None if rest is None else correlation(points, rest)
    return ItemFigures(
        grade_id=item.grade_id,
        points=float(item.points),
        counted=len(points),
        full=kinds["full"],
        some=kinds["some"],
        wrong=kinds["wrong"],
        stopped=kinds["stopped"],
        untouched=kinds["untouched"],
        waiting=kinds["waiting"],
        mean=mean,
        share=mean / item.points if mean is not None and item.points else None,
        discrimination=r,
        interval=None if r is None else interval(r, len(points)),
        earned=tuple(sorted(earned.items(), reverse=True)),
    )


def _kind(item: ItemResult) -> str:
    if item.waits:
        return "waiting"
    if item.score >= item.max_score:
        return "full"
    if item.score > 0:
        return "some"
    if item.verdict in _STOPPED:
        return "stopped"
    return "untouched" if item.verdict == "not_attempted" else "wrong"


def correlation(first: np.ndarray, second: np.ndarray) -> float | None:
    """Pearson's r; None for fewer than three pairs, or where either side is always the same."""
    if len(first) < FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    a, b = first - first.mean(), second - second.mean()
    r = float((a * b).sum() / math.sqrt((a * a).sum() * (b * b).sum()))
    return min(1.0, max(-1.0, r))


def interval(r: float, count: int) -> tuple[float, float] | None:
    """95 % interval of a correlation over `count` pairs; None for fewer than four, or for ±1."""
    if count <= FEWEST or abs(r) >= 1:
        return None
    middle, half = math.atanh(r), _Z95 / math.sqrt(count - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def mistake_figures(
    results: Sequence[Result], without: Collection[tuple[str, str]] = ()
) -> tuple[MistakeFigures, ...]:
    """The mistakes by frequency.

    A result names one mistake for each item, the one to mend first. What was left as handed out is no
    mistake.

    Args:
        results: of submissions that could be run.
        without: mistakes that are not counted, by student and grade_id.
    """
    lost: dict[tuple[str, str], list[float]] = {}
    for result in results:
        for item in result.items:
            if made(item) and (result.student, item.grade_id) not in without:
                key = (item.grade_id, str(item.mistake))
                lost.setdefault(key, []).append(item.max_score - item.score)
    found = [
        MistakeFigures(
            grade_id, name, len(points), len(points) / len(results), float(np.mean(points))
        )
        for (grade_id, name), points in lost.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.lost, one.grade_id, one.name)))


def made(item: ItemResult) -> bool:
    """Whether a mistake by name was made at an item."""
    return item.mistake is not None and item.verdict != "not_attempted"


def unexplained(results: Sequence[Result]) -> dict[str, tuple[str, ...]]:
    """Students whose answer is wrong in a way that the judge does not recognise, by grade_id.

    `results` are those of submissions that could be run.
    """
    found: dict[str, list[str]] = {}
    for result in results:
        for item in result.items:
            if unrecognised() in item.message:
                found.setdefault(item.grade_id, []).append(result.student)
    return {grade_id: tuple(students) for grade_id, students in found.items()}
