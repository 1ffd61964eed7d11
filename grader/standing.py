"""What stands when a submission could not be graded for a reason that is not its own.

A full disk, a locked gradebook or a killed process is no judgement on a student. So an earlier graded
notebook is put aside while a new grading is under way, and dropped only when that is whole; otherwise
it is brought back, and the scores with it. The next run tries again.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from nbgrader.utils import rmtree
from sqlalchemy.exc import SQLAlchemyError

from testcases.core.protocol import Assignment, Item

from .course import Course
from .errors import GraderError, short_cause
from .gradebook_state import unwritable
from .notebooks import Notebook
from .pool import WorkerDiedError
from .reading import NO_SCORE, read_items
from .records import Records
from .results import Grade, Grades, Record, Result, assemble, disagreements, read_record
from .submissions import Submission


class NotGradedError(GraderError):
    """A submission could not be graded, and it is not its own fault. Nothing is to be recorded."""


def check_place(folder: Path) -> None:
    """Make sure that a folder of autograded/ can be written to, or made.

    Raises:
        NotGradedError: it cannot.
    """
    for place in (folder.parent, folder):
        if place.exists() and not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            remedy = (
                f"run: chmod -R u+rwX {quote(str(place))}"
                if place.is_dir()
                else "move away this file"
            )
            raise NotGradedError(f"cannot write into {place}; {remedy}")


def put_aside(folder: Path) -> None:
    """Keep what an earlier run left in a folder of autograded/ until `let_go` or `bring_back`.

    Raises:
        NotGradedError: it cannot be written to.
    """
    check_place(folder)
    if _read_whole(folder)[1] is None:
        bring_back(folder)  # an earlier run was killed
    else:
        let_go(folder)
    if folder.exists():
        folder.rename(_aside(folder))


def let_go(folder: Path) -> None:
    """Drop what was put aside: the new grading is whole."""
    if _aside(folder).exists():
        rmtree(str(_aside(folder)))


def bring_back(folder: Path) -> None:
    """Put what was put aside back in its place, if anything was."""
    if _aside(folder).exists():
        if folder.exists():
            rmtree(str(folder))
        _aside(folder).rename(folder)


def put_in_place(draft: Path, folder: Path) -> None:
    """Let a whole folder take the place of an earlier one.

    Raises:
        OSError: it could not; what was there is back, or comes back with `bring_back`.
    """
    if folder.exists():
        folder.rename(_aside(folder))
    draft.rename(folder)
    with suppress(OSError):
        let_go(folder)


def draft_of(folder: Path) -> Path:
    """Where a folder of autograded/ is written before it takes its place."""
    return folder.with_name(f".{folder.name}.draft")


def clear_up(course: Course, assignment: str) -> None:
    """Clear up after runs that were killed: drafts go, and what they put aside comes back.

    What was put aside must not stay: after a new grading it would be an old one that can come back.
    What cannot be cleared up is told when its turn comes; see `check_place`.
    """
    for place in (course.root / "autograded").iterdir():
        folder = place / assignment
        with suppress(OSError):
            if draft_of(folder).exists():
                rmtree(str(draft_of(folder)))
            if _aside(folder).exists():
                if _read_whole(folder)[1] is None:
                    bring_back(folder)
                else:
                    let_go(folder)
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.before")


def _read_whole(folder: Path) -> tuple[Notebook, Record | None]:
    """The graded notebook in a folder, and its record; (empty, None) if it is not whole."""
    try:
        notebook = json.loads((folder / f"{folder.name}.ipynb").read_text(encoding="utf-8"))
        record = read_record(notebook)
    except (OSError, ValueError, AttributeError):
        return {}, None
    return (notebook, record) if record is not None else ({}, None)


def unrecorded(
    course: Course,
    assignment: Assignment,
    submission: Submission,
    error: Exception | None,
    records: Records,
) -> Result:
    """The result of a submission that was not graded this time: what the gradebook still holds."""
    items, student = assignment.items, submission.student
    folder = course.autograded(student, assignment.name)
    notebook: Notebook = {}
    record: Record | None = None
    grades: Grades | None = None
    stands = "nothing was recorded"
    try:
        bring_back(folder)
        notebook, record = _read_whole(folder)
        if record is not None:
            with suppress(SQLAlchemyError):  # then the next run sees that they disagree
                _set_back(records, student, notebook, record, items)
        grades = records.grades(student)
    except (OSError, SQLAlchemyError, ValueError) as trouble:
        stands = f"what was recorded before cannot be read ({short_cause(trouble)})"
    if grades is None or set(grades.by_id) != {item.grade_id for item in items}:
        grades = None
    elif grades.spoken:
        stands = "the earlier grade stands"
    note = f"not graded this time: {_cause(submission, error, records)}; {stands}; run again"
    result = _as_it_stands(student, assignment, notebook, record, grades, note)
    return replace(result, status="needs_attention", digest=submission.digest)


def _cause(submission: Submission, error: Exception | None, records: Records) -> str:
    if submission.problem is not None:
        return submission.problem
    if isinstance(error, SQLAlchemyError) and (trouble := unwritable(records.url)) is not None:
        return f"{trouble[0]}. {trouble[1]}"
    if isinstance(error, WorkerDiedError) or error is None:
        return "the grading process died over it (was memory short?)"
    return short_cause(error)


def _set_back(
    records: Records, student: str, notebook: Notebook, record: Record, items: Sequence[Item]
) -> None:
    """Make the scores those of the notebook again: the grading that broke off may have set some."""
    grades = records.grades(student)
    if grades is None:
        return
    if record.problem is not None:
        records.set_scores(student, {item.grade_id: 0.0 for item in items})
    else:
        records.set_scores(student, disagreements(read_items(notebook, items), grades))


def _as_it_stands(
    student: str,
    assignment: Assignment,
    notebook: Notebook,
    record: Record | None,
    grades: Grades | None,
    note: str,
) -> Result:
    items = assignment.items
    if record is not None and grades is not None:
        result = assemble(student, assignment.name, items, notebook, record, grades)
        return replace(result, notes=(note, *result.notes))
    known = grades or Grades({item.grade_id: Grade(None, None, 0.0) for item in items}, 0.0)
    nothing = Record("", "", note, ())
    result = assemble(student, assignment.name, items, {"cells": []}, nothing, known)
    told = tuple(
        replace(
            item,
            message=f"{its.name}: {item.score:g} of {item.max_score:g} points\n"
            "  This notebook was not graded this time."
            if known.spoken
            else NO_SCORE,
        )
        for its, item in zip(items, result.items, strict=True)
    )
    return replace(result, items=told, notes=(note, *result.notes[1:]))
