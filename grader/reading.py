"""What an autograded notebook says on each item, and how far that can be believed.

A test cell shows a number, which nbgrader reads, and beside it, under `MIME_TYPE`, the judgement that
explains the number. A judgement counts only if every field is of the right kind and fits the others
and the number shown. By nbgrader's own rules a test cell that shows nothing scores full marks; here
it scores 0 and is put before a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, get_args

from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item, Verdict
from testcases.core.wording import graded_by_hand

from .notebooks import Cell, Notebook
from .submissions import grade_id_of

#: What nbgrader calls the error of a cell that did not end in time.
TIMEOUT_ERROR = "CellTimeoutError"
#: What every item says of a submission that was not graded, if no earlier score of it is known either.
NO_SCORE = "This notebook was not graded this time, and no score of it is known."
#: Longest message that is carried on, in characters.
_MAX_MESSAGE = 20_000
_MISTAKE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Where an object lies in memory differs from run to run, and results must not.
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True)
class Reading:
    """What a notebook says on one item, before the gradebook is asked."""

    #: The points that the gradebook must hold; None where a person has to decide.
    score: float | None
    verdict: Verdict
    mistake: str | None
    message: str
    #: Why a person must look at it, as in "the cell ... is missing"; None if nobody must.
    trouble: str | None = None


def read_items(notebook: Notebook, items: Sequence[Item]) -> dict[str, Reading]:
    """What the notebook says on each item, by grade_id."""
    cells: dict[str, list[Cell]] = {}
    for cell in notebook["cells"]:
        grade_id = grade_id_of(cell)
        if grade_id is not None:
            cells.setdefault(grade_id, []).append(cell)
    return {item.grade_id: _read_item(item, cells.get(item.grade_id, [])) for item in items}


def _read_item(item: Item, cells: Sequence[Cell]) -> Reading:
    if len(cells) != 1:
        return _unjudged(item, "is there more than once" if cells else "is missing")
    if item.manual:
        return Reading(None, "manual", None, graded_by_hand())
    outputs = cells[0].get("outputs")
    outputs = [output for output in outputs or [] if isinstance(output, dict)]
    if any(output.get("ename") == TIMEOUT_ERROR for output in outputs):
        return _unjudged(item, "did not come to an end in time", "timeout")
    results = [output for output in outputs if output.get("output_type") == "execute_result"]
    shown = [data for output in results if isinstance(data := output.get("data"), dict)]
    judged = [data for data in shown if MIME_TYPE in data]
    if not judged:
        return _unjudged(item, f"gave no judgement: {_cause(outputs)}")
    reading = _judgement(item, judged[0]) if len(judged) == 1 else None
    if reading is None:
        return _unjudged(item, "shows a judgement that is not the judge's")
    return reading


def _unjudged(item: Item, trouble: str, verdict: Verdict = "error") -> Reading:
    message = f"{item.name}: 0 of {item.points:g} points\n  The cell {item.grade_id} {trouble}."
    return Reading(0.0, verdict, None, message, trouble)


def _cause(outputs: Sequence[Mapping[str, Any]]) -> str:
    """Why a test cell has no judgement, as far as its outputs tell."""
    for output in outputs:
        if output.get("output_type") == "error":
            return _tidy(f"{output.get('ename')}: {output.get('evalue')}")
    return "it was not run (is it tagged skip-execution?)" if not outputs else "it shows none"


def _judgement(item: Item, data: Mapping[str, Any]) -> Reading | None:
    """The judgement that a test cell shows, or None if it cannot be the judge's."""
    told = data[MIME_TYPE]
    if not isinstance(told, dict):
        return None
    score, verdict = told.get("score"), told.get("verdict")
    mistake, message = told.get("mistake"), told.get("message")
    if told.get("grade_id") != item.grade_id or told.get("max_score") != item.points:
        return None
    if not isinstance(score, (int, float)) or isinstance(score, bool):
        return None
    if not 0 <= score <= item.points or _shown_number(data) != score:  # nan is in no range
        return None
    if not _is_verdict(verdict) or verdict == "manual":
        return None
    if (verdict == "correct") != (score == item.points) or (
        (verdict == "partial") != (0 < score < item.points)
    ):
        return None
    if not (mistake is None or (isinstance(mistake, str) and _MISTAKE.fullmatch(mistake))):
        return None
    if not isinstance(message, str):
        return None
    return Reading(float(score), verdict, mistake, _tidy(message))


def _is_verdict(value: Any) -> TypeGuard[Verdict]:
    return value in get_args(Verdict)


def _shown_number(data: Mapping[str, Any]) -> float | None:
    """The number that nbgrader reads from a cell's result."""
    text = data.get("text/plain")
    if isinstance(text, list):
        text = "".join(map(str, text))
    try:
        return float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _tidy(message: str) -> str:
    short = message if len(message) <= _MAX_MESSAGE else message[:_MAX_MESSAGE] + " …"
    return _ADDRESS.sub("0x…", short)


def troubles(notebook: Notebook, readings: Mapping[str, Reading]) -> list[str]:
    """Notes on what a person must look at, with the cells that share a trouble in one note."""
    by_trouble: dict[str, list[str]] = {}
    for grade_id, reading in readings.items():
        if reading.trouble is not None:
            by_trouble.setdefault(reading.trouble, []).append(grade_id)
    notes = [
        f"{', '.join(cells)} {trouble}; 0 points were recorded. Look at the notebook and decide"
        for trouble, cells in by_trouble.items()
    ]
    slow = [
        grade_id_of(cell) or f"cell number {number}"
        for number, cell in enumerate(notebook["cells"], start=1)
        if grade_id_of(cell) not in readings
        and any(output.get("ename") == TIMEOUT_ERROR for output in cell.get("outputs") or [])
    ]
    if slow:
        notes.append(f"{', '.join(slow)} did not come to an end in time and was stopped")
    return notes
