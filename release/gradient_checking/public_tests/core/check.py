"""What a test cell calls: observe every case, judge, print the message, hand over the points.

nbgrader reads the number that the cell shows as its result, so the result must always be a number:
no output at all would count as full marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from . import wording
from .judge import judge
from .observe import observe, stream_kept
from .protocol import Case, Driver, Item, Judgement, Oracle

#: Under this type the cell's result carries the judgement as JSON, for the grader to read.
MIME_TYPE = "application/vnd.grader.judgement+json"
#: Columns of what a check prints. JupyterLab breaks longer lines within words, and nbgrader's formgrader
#: cuts them off; so many fit in either, on a small screen.
WIDTH = 72
#: What is never broken: words, code between backticks, and numbers in brackets, as of a shape.
_PIECE = re.compile(r"(?:`[^`]{1,80}`|\([\d., -]{1,80}\)|\[[\d., -]{1,80}\]|\S)+")
#: How a line begins: with blanks, and maybe a mark.
_BEGINNING = re.compile(r" *(?:[✔◐✘→] )?")
#: No line goes on further to the right.
_DEEPEST = 20


class Points(float):
    """A number of points that shows itself as that number, and carries its judgement along."""

    judgement: Judgement

    def __new__(cls, judgement: Judgement) -> Points:
        points = super().__new__(cls, judgement.score)
        points.judgement = judgement
        return points

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(float(self)), MIME_TYPE: asdict(self.judgement)}


def run(
    item: Item,
    cases: Sequence[Case],
    oracle: Oracle,
    drivers: Mapping[str, Driver],
    namespace: Mapping[str, Any],
) -> Judgement:
    """Observe and judge one item in this very process."""
    with stream_kept():
        observations = [observe(case, namespace, drivers) for case in cases]
    return judge(item, cases, observations, oracle)


def wrapped(text: str) -> str:
    """A text as it is printed: long lines are broken between words, and go on below their first word."""
    return "\n".join(row for line in text.split("\n") for row in _rows(line))


def _rows(line: str) -> list[str]:
    """One line as rows that are no wider than they should be, but for what is never broken."""
    beginning = _BEGINNING.match(line)
    margin = min(len(beginning[0]) if beginning else 0, _DEEPEST)
    rows: list[str] = []
    start = end = 0
    for piece in _PIECE.finditer(line):
        room = WIDTH - margin if rows else WIDTH
        if piece.end() - start > room and line[start:end].strip():
            rows.append(line[start:end])
            start = piece.start()
        end = piece.end()
    rows.append(line[start:])
    return [rows[0], *(" " * margin + row for row in rows[1:])]


def make_check(
    items: Sequence[Item],
    drivers: Mapping[str, Driver],
    oracle: Oracle,
    cases_of: Callable[[Item], Sequence[Case]],
) -> Callable[[str, Mapping[str, Any]], Points]:
    """The `check` function of a notebook, for the given items, cases and oracle."""
    by_name = {item.name: item for item in items if not item.manual}

    def check(name: str, namespace: Mapping[str, Any]) -> Points:
        """Check one part of the assignment; call it as `check("name", globals())`.

        Prints what is right and what is not, and returns the points.
        """
        if name not in by_name:
            raise ValueError(
                f"Cannot check {name!r}: there is no such part. Choose one of {', '.join(by_name)}."
            )
        if not isinstance(namespace, Mapping):
            raise TypeError(f"Cannot check {name!r}: the second argument must be globals().")
        judgement = run(by_name[name], cases_of(by_name[name]), oracle, drivers, namespace)
        print(wrapped(judgement.message))
        return Points(judgement)

    return check


def make_progress_report(
    items: Sequence[Item],
    drivers: Mapping[str, Driver],
    oracle: Oracle,
    cases_of: Callable[[Item], Sequence[Case]],
) -> Callable[[Mapping[str, Any]], None]:
    """The `progress_report` function of a notebook."""

    def progress_report(namespace: Mapping[str, Any]) -> None:
        """Which parts are done, judged by the examples; call it as `progress_report(globals())`."""
        width = max(len(item.name) for item in items)
        for item in items:
            if item.manual:
                mark, word = wording.to_be_graded()
            elif not all(callable(namespace.get(name)) for name in item.functions):
                mark, word = wording.not_run_yet()
            else:
                judgement = run(item, cases_of(item), oracle, drivers, namespace)
                mark, word = wording.progress_word(judgement.verdict)
            print(f"{mark} {item.name:<{width}}  {word}")

    return progress_report
