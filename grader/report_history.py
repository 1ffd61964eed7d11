"""The result lines that reports rest on, kept beside them, so that the next report can compare.

reports/ASSIGNMENT.jsonl          of the last report
reports/ASSIGNMENT.before.jsonl   of the last report before the results changed
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .course import Course
from .errors import GraderError, UsageError
from .result_lines import read_lines
from .results import Result
from .writing import write_anywhere


def reports_folder(course: Course) -> Path:
    """Where reports go if nobody says otherwise."""
    return course.root / "reports"


def ensure_folder(course: Course) -> Path:
    """The folder, made if it is not there.

    Raises:
        GraderError: it cannot be made.
    """
    folder = reports_folder(course)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GraderError(
            f"Cannot make the folder {folder}: {error.strerror or error}. Make room there, or give "
            "yourself permission; or write to standard output with --output -"
        ) from error
    return folder


def earlier(course: Course, assignment: str, lines: str) -> Mapping[str, Result] | None:
    """The results to compare with: those of the last report that rested on others; None if there are none.

    Args:
        course: the course.
        assignment: the assignment.
        lines: the result lines of now.

    Raises:
        UsageError: what was kept is damaged.
    """
    last, before = _files(course, assignment)
    source = last if last.is_file() and _differs(last, lines) else before
    if not source.is_file():
        return None
    try:
        return read_lines(source, assignment)
    except UsageError as error:
        raise UsageError(
            f"Cannot compare with the earlier report: {source} is damaged. Remove it, or name another "
            f"file with --before. ({error})"
        ) from error


def keep(course: Course, assignment: str, lines: str) -> None:
    """Keep the result lines of now; those of the last report step back if they are others.

    Raises:
        GraderError: they cannot be written.
    """
    last, before = _files(course, assignment)
    if last.is_file():
        if not _differs(last, lines):
            return
        last.replace(before)
    write_anywhere(last, [lines], private=True)


def _files(course: Course, assignment: str) -> tuple[Path, Path]:
    folder = reports_folder(course)
    return folder / f"{assignment}.jsonl", folder / f"{assignment}.before.jsonl"


def _differs(path: Path, lines: str) -> bool:
    try:
        return path.read_bytes() != lines.encode()
    except OSError as error:
        raise GraderError(
            f"Cannot read {path}: {error.strerror or error}. Remove it, or give yourself permission."
        ) from error
