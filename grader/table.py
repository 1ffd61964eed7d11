"""Results for people to read in a terminal: the running count, the table, the sum of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from testcases.core.protocol import Item, Verdict

from .progress import Progress
from .reading import NO_SCORE
from .results import ItemResult, Result

if TYPE_CHECKING:
    from .batch import Change

#: One mark for each verdict, and what it means.
MARKS: dict[Verdict, tuple[str, str]] = {
    "correct": ("✔", "correct"),
    "partial": ("◐", "partly correct"),
    "incorrect": ("✘", "incorrect"),
    "not_attempted": ("·", "not attempted"),
    "error": ("!", "error"),
    "timeout": ("t", "out of time"),
    "memory": ("m", "out of memory"),
    "manual": ("✎", "read by a person"),
}
#: What stands where there is nothing to show.
_NOTHING = "–"


def table(results: Sequence[Result], items: Sequence[Item]) -> list[str]:
    """The lines of a table: student, score, a mark for each item, notes."""
    if not results:
        return []
    names = [printable(result.student) for result in results]
    width = max(len("student"), *map(len, names))
    scores = [
        f"{result.score:g} of {result.max_score:g}" if has_score(result) else _NOTHING
        for result in results
    ]
    broad = max(map(len, [*scores, "score"]))
    numbers = " ".join(str(number) for number in range(1, len(items) + 1))
    lines = [f"{'student':<{width}}  {'score':>{broad}}  {numbers}  notes"]
    for name, score, result in zip(names, scores, results, strict=True):
        marks = " ".join(
            f"{_mark(item):<{len(str(number))}}"
            for number, item in enumerate(result.items, start=1)
        )
        alarm = ["needs attention"] if result.status == "needs_attention" else []
        notes = [*alarm, *map(printable, result.notes)]
        lines.append(f"{name:<{width}}  {score:>{broad}}  {marks}  {'; '.join(notes)}".rstrip())
    lines.append("")
    lines += [
        f"  {number} {item.grade_id} ({item.points:g})"
        for number, item in enumerate(items, start=1)
    ]
    seen = {_mark(item) for result in results for item in result.items}
    known = [*MARKS.values(), (_NOTHING, "no score")]
    legend = "  ".join(f"{mark} {text}" for mark, text in known if mark in seen)
    return [*lines, f"  {legend}"]


def summary(results: Sequence[Result], fresh: int) -> str:
    """One line on all results together."""
    if not results:
        return "No submissions."
    scores = [result.score for result in results if has_score(result)]
    parts = [
        f"{len(results)} submission{'' if len(results) == 1 else 's'}, {fresh} of them graded now"
    ]
    if len(scores) < len(results):
        parts.append(f"{len(results) - len(scores)} without a score")
    if scores:
        parts.append(f"mean score {sum(scores) / len(scores):.1f} of {results[0].max_score:g}")
    by_hand = sum(any(item.waits for item in result.items) for result in results)
    if by_hand:
        parts.append(f"{by_hand} with an answer for a person to read")
    attention = attention_count(results)
    parts.append(f"{attention or 'none'} need{'' if attention > 1 else 's'} attention")
    return ", ".join(parts) + "."


def has_score(result: Result) -> bool:
    """Whether a score of the submission is known, be it from an earlier run."""
    return any(item.message != NO_SCORE for item in result.items)


def _mark(item: ItemResult) -> str:
    return _NOTHING if item.message == NO_SCORE else MARKS[item.verdict][0]


def changed(changes: Sequence[Change]) -> list[str]:
    """Lines on the submissions whose score is another than it was before."""
    if not changes:
        return []
    width = max(len(printable(change.student)) for change in changes)
    plural = "" if len(changes) == 1 else "s"
    lines = ["", f"{len(changes)} score{plural} changed:"]
    for change in changes:
        step = f"{change.after - change.before:+g}"
        name = f"{printable(change.student):<{width}}"
        lines.append(f"  {name}  {change.before:g} → {change.after:g}  ({step})")
    return lines


def attention_count(results: Iterable[Result]) -> int:
    """How many submissions a person must look at."""
    return sum(result.status == "needs_attention" for result in results)


def printable(text: str) -> str:
    """The text with everything escaped that could move a cursor, hide, or not be encoded."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


@contextmanager
def watching(label: str) -> Iterator[Callable[[int], Callable[[Result], None]]]:
    """A progress bar with a running count of verdicts: told how many, it gives back what takes each result."""
    bars: list[Progress] = []

    def start(total: int) -> Callable[[Result], None]:
        bar = Progress(label, total)
        bars.append(bar)
        counts: Counter[str] = Counter()

        def done(result: Result) -> None:
            counts.update(_mark(item) for item in result.items)
            counts["need attention"] += result.status == "needs_attention"
            shown = [mark for mark, _ in MARKS.values()] + ["need attention"]
            bar.advance("  ".join(f"{mark} {counts[mark]}" for mark in shown if counts[mark]))

        return done

    try:
        yield start
    finally:
        for bar in bars:
            bar.close()
