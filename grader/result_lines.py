"""Reading result lines back: what `grader grade --json` wrote, or a report kept. Nothing in them is believed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from testcases.core.protocol import Verdict

from .errors import UsageError
from .results import ItemResult, Result, Status

#: No score is as large; with larger ones sums and products get out of hand.
LARGEST = 1e9
#: Longest line that is read, in characters. One of six items with the longest messages has 130,000.
_LONGEST_LINE = 4_000_000


def read_lines(path: Path, assignment: str) -> dict[str, Result]:
    """The results in a file, by student.

    Raises:
        UsageError: it cannot be read, or a line of it is no result of this assignment.
    """
    try:
        with path.open(encoding="utf-8") as file:
            # No more of a line than is looked at: a device has lines without an end.
            lines = iter(lambda: file.readline(_LONGEST_LINE + 1), "")
            return parse_lines(lines, assignment, str(path))
    except OSError as error:
        raise UsageError(
            f"Cannot read results from {path}: {error.strerror or error}. Name a file that "
            "grader grade --json FILE wrote."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"Cannot read results from {path}: it is not UTF-8 text. Name a file that grader grade "
            "--json FILE wrote."
        ) from error


def parse_lines(lines: Iterable[str], assignment: str, name: str) -> dict[str, Result]:
    """As `read_lines`; `name` is what the lines are called in a message."""
    found: dict[str, Result] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            result = _result(line)
            if result.assignment != assignment:
                raise ValueError(f"it is of {result.assignment!r}, not of {assignment!r}")
            if result.student in found:
                raise ValueError(f"student {result.student!r} was there before")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(
                f"Cannot read results from {name}, line {number}: {_why(error)}. Name a file that "
                f"grader grade {assignment} --json FILE wrote."
            ) from error
        found[result.student] = result
    return found


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg} at character {error.pos + 1})"
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    return str(error) or "it is no result line"


def _result(line: str) -> Result:
    if len(line) > _LONGEST_LINE:
        raise ValueError("it is too long")
    data = json.loads(line)
    if not isinstance(data, dict):
        raise TypeError("it is no JSON object")
    status = _text(data, "status")
    if status not in get_args(Status):
        raise ValueError(f"'status' is {status!r}")
    return Result(
        student=_text(data, "student"),
        assignment=_text(data, "assignment"),
        status=status,  # type: ignore[arg-type]
        score=_number(data, "score"),
        max_score=_number(data, "max_score"),
        items=tuple(_item(item) for item in _list(data, "items")),
        notes=tuple(str(note) for note in _list(data, "notes")),
        digest=_text(data, "digest"),
    )


def _item(data: Any) -> ItemResult:
    if not isinstance(data, dict):
        raise TypeError("an item is no JSON object")
    verdict, mistake = _text(data, "verdict"), data["mistake"]
    if verdict not in get_args(Verdict):
        raise ValueError(f"'verdict' is {verdict!r}")
    if not (mistake is None or isinstance(mistake, str)):
        raise TypeError("'mistake' is no text")
    return ItemResult(
        grade_id=_text(data, "grade_id"),
        score=_number(data, "score"),
        max_score=_number(data, "max_score"),
        verdict=verdict,  # type: ignore[arg-type]
        mistake=mistake,
        message=_text(data, "message"),
    )


def _text(data: dict[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        raise TypeError(f"{key!r} is no text")
    return value


def _list(data: dict[str, Any], key: str) -> list[Any]:
    value = data[key]
    if not isinstance(value, list):
        raise TypeError(f"{key!r} is no list")
    return value


def _number(data: dict[str, Any], key: str) -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise TypeError(f"{key!r} is no number of points")
    return float(value)
