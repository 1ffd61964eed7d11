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
from .scores import score_of
from .terminal import PLAIN, Colour, Terminal, columns_of, padded, printable
from .words import NOTHING, joined, points

if TYPE_CHECKING:
    from .batch import Change, Start

#: One mark for each verdict, and what it means.
MARKS: dict[Verdict, tuple[str, str]] = {
    "correct": ("✔", "correct"),
    "partial": ("◐", "partly correct"),
    "incorrect": ("✘", "incorrect"),
    "not_attempted": ("·", "not attempted"),
    "error": ("!", "error"),
    "timeout": ("t", "out of time"),
    "memory": ("m", "out of memory"),
    "manual": ("✎", "for a person"),
}
#: Colours of marks, beside their form.
COLOURS: dict[str, Colour] = {
    "✔": "green",
    "◐": "yellow",
    "✘": "red",
    "!": "red",
    "t": "red",
    "m": "red",
}
#: On a terminal: the least columns for a name, and for notes that stand in the same line.
_SHORTEST_NAME = 8
_NARROWEST_NOTES = 28


def table(
    results: Sequence[Result], items: Sequence[Item], terminal: Terminal = PLAIN
) -> list[str]:
    """The lines of a table: student, score, a mark for each item, notes.

    On a terminal it is fitted to the width: notes go on in lines of their own, names lose their middle.
    """
    if not results:
        return []
    scores = [_score(result) for result in results]
    broad = max(map(len, [*scores, "score"]))
    numbers = " ".join(str(number) for number in range(1, len(items) + 1))
    fixed = len(f"  {'':{broad}}  {numbers}")
    names = [printable(result.student) for result in results]
    width = max(columns_of("student"), *map(columns_of, names))
    if terminal.columns is not None:
        room = min(terminal.columns - fixed, terminal.columns // 2)
        width = min(width, max(_SHORTEST_NAME, room))
    beside = terminal.columns is None or terminal.columns - width - fixed - 2 >= _NARROWEST_NOTES
    below = " " * (width + fixed + 2 if beside else 4)
    head = f"{'student':<{width}}  {'score':>{broad}}  {numbers}"
    lines = [f"{head}  notes" if beside else head]
    for name, score, result in zip(names, scores, results, strict=True):
        row = f"{padded(terminal.shortened(name, width), width)}  {score:>{broad}}  "
        row += " ".join(
            _painted(item, terminal) + " " * (len(str(number)) - 1)
            for number, item in enumerate(result.items, start=1)
        )
        notes = _notes_of(result, terminal, below)
        if beside:
            row = f"{row}  {notes[0].lstrip()}"
            notes = notes[1:]
        lines += [row.rstrip(), *filter(str.strip, notes)]
    lines.append("")
    lines += [
        f"  {number} {item.grade_id} ({item.points:g})"
        for number, item in enumerate(items, start=1)
    ]
    return [*lines, *_legend(results, terminal)]


def _score(result: Result) -> str:
    score = score_of(result)
    return NOTHING if score is None else f"{points(score)} of {points(result.max_score)}"


def _notes_of(result: Result, terminal: Terminal, below: str) -> list[str]:
    """The notes, each line behind `below`; one line of blanks if there are none."""
    alarm = ["needs attention"] if result.status == "needs_attention" else []
    text = joined([*alarm, *map(printable, result.notes)])
    lines = terminal.filled(text, below, below)
    if alarm:
        lines[0] = lines[0].replace(alarm[0], terminal.paint(alarm[0], "yellow"), 1)
    return lines


def _legend(results: Iterable[Result], terminal: Terminal) -> list[str]:
    seen = {_mark(item) for result in results for item in result.items}
    known = [*MARKS.values(), (NOTHING, "no score")]
    # A mark is not parted from its meaning.
    parts = [f"{mark}\0{text}".replace(" ", "\0") for mark, text in known if mark in seen]
    lines = terminal.filled("  ".join(parts), "  ", "  ")
    return [line.replace("\0", " ") for line in lines]


def summary(results: Sequence[Result], fresh: int) -> str:
    """One line on all results together."""
    if not results:
        return "No submissions."
    scores = [score for score in map(score_of, results) if score is not None]
    parts = [
        f"{len(results)} submission{'' if len(results) == 1 else 's'}, {fresh} of them graded now"
    ]
    if len(scores) < len(results):
        parts.append(f"{len(results) - len(scores)} without a score")
    if scores:
        mean, full = sum(scores) / len(scores), results[0].max_score
        parts.append(f"mean score {points(mean)} of {points(full)}")
    by_hand = sum(any(item.waits for item in result.items) for result in results)
    if by_hand:
        parts.append(f"{by_hand} with an answer for a person to read")
    attention = attention_count(results)
    parts.append(f"{attention or 'none'} need{'' if attention > 1 else 's'} attention")
    return ", ".join(parts) + "."


def _mark(item: ItemResult) -> str:
    return NOTHING if item.message == NO_SCORE else MARKS[item.verdict][0]


def _painted(item: ItemResult, terminal: Terminal) -> str:
    mark = _mark(item)
    return terminal.paint(mark, COLOURS.get(mark))


def changed(changes: Sequence[Change], terminal: Terminal = PLAIN) -> list[str]:
    """Lines on the submissions whose score is another than it was before."""
    if not changes:
        return []
    names = [printable(change.student) for change in changes]
    steps = [
        f"{points(change.before)} → {points(change.after)}  ({_signed(change.after - change.before)})"
        for change in changes
    ]
    width = max(map(columns_of, names))
    if terminal.columns is not None:
        width = min(width, max(_SHORTEST_NAME, terminal.columns - 4 - max(map(len, steps))))
    lines = ["", f"{len(changes)} score{'' if len(changes) == 1 else 's'} changed:"]
    return lines + [
        f"  {padded(terminal.shortened(name, width), width)}  {step}"
        for name, step in zip(names, steps, strict=True)
    ]


def _signed(change: float) -> str:
    return f"{'-' if change < 0 else '+'}{points(abs(change))}"


def attention_count(results: Iterable[Result]) -> int:
    """How many submissions a person must look at."""
    return sum(result.status == "needs_attention" for result in results)


@contextmanager
def watching(label: str) -> Iterator[Start]:
    """A progress bar with a running count of verdicts."""
    bars: list[Progress] = []
    looked_at: list[bool] = []

    def start(total: int) -> Callable[[Result, bool], None]:
        bar = Progress(label, total)
        bars.append(bar)
        counts: Counter[str] = Counter()

        def done(result: Result, now: bool) -> None:
            looked_at.append(now)
            counts.update(_mark(item) for item in result.items)
            counts["need attention"] += result.status == "needs_attention"
            shown = [mark for mark, _ in MARKS.values()] + ["need attention"]
            bar.advance("  ".join(f"{mark} {counts[mark]}" for mark in shown if counts[mark]))

        return done

    try:
        yield start
    finally:
        as_before = looked_at.count(False)
        for bar in bars:
            graded = len(looked_at) - as_before
            bar.close(f"{graded} graded, {as_before} as before," if as_before else "")
