"""What the gradebook holds on a whole class, in two questions, however many there are. Nothing in it is changed.

Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Connection, select

from . import results
from .database import Database

_ASSIGNMENT, _NOTEBOOK, _CELL, _GRADE, _SUBMITTED, _SUBMITTED_NOTEBOOK = (
    kind.__table__
    for kind in (Assignment, Notebook, BaseCell, Grade, SubmittedAssignment, SubmittedNotebook)
)


@dataclass(frozen=True)
class Held:
    """What the gradebook holds on one student's submission."""

    grades: results.Grades
    #: As UTC without a zone; None if it is not known.
    handed_in: datetime | None
    #: The deadline, moved by the student's extension; None if there is no deadline.
    due: datetime | None
    #: Graded cells that a person has to look at again: graded by hand, then autograded anew.
    look_again: tuple[str, ...]


def held_by_gradebook(url: str, course_id: str, assignment: str) -> Mapping[str, Held]:
    """What it holds on every submission of an assignment, by student; empty if it knows of none.

    Raises:
        SQLAlchemyError: it cannot be read.
    """
    with closing(Database(url)) as database:
        submissions, grades = database.patiently(
            lambda connection: _read(connection, course_id, assignment)
        )
    by_notebook: dict[str, list[Any]] = {}
    for row in grades:
        by_notebook.setdefault(row.notebook_id, []).append(row)
    return {row.student_id: _held(row, by_notebook.get(row.id, [])) for row in submissions}


def _read(
    connection: Connection, course_id: str, assignment: str
) -> tuple[Sequence[Any], Sequence[Any]]:
    """The rows of submissions, and those of their graded cells: together they would be larger."""
    wanted = (
        _ASSIGNMENT.c.name == assignment,
        _ASSIGNMENT.c.course_id == course_id,
        _NOTEBOOK.c.name == assignment,
    )
    submissions = (
        select(
            _SUBMITTED.c.student_id,
            _SUBMITTED.c.timestamp,
            _SUBMITTED.c.extension,
            _ASSIGNMENT.c.duedate,
            _SUBMITTED_NOTEBOOK.c.id,
            _SUBMITTED_NOTEBOOK.c.late_submission_penalty,
        )
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMITTED.c.assignment_id)
        .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _SUBMITTED_NOTEBOOK.c.notebook_id)
        .where(*wanted)
    )
    grades = (
        select(
            _GRADE.c.notebook_id,
            _CELL.c.name,
            _GRADE.c.auto_score,
            _GRADE.c.manual_score,
            _GRADE.c.extra_credit,
            _GRADE.c.needs_manual_grade,
        )
        .join(_CELL, _CELL.c.id == _GRADE.c.cell_id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _CELL.c.notebook_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _NOTEBOOK.c.assignment_id)
        .where(*wanted)
    )
    return connection.execute(submissions).all(), connection.execute(grades).all()


def _held(submission: Any, rows: Sequence[Any]) -> Held:
    """One submission's row, with those of its graded cells."""
    # Sorted, since a sum of floats depends on the order, and the order on the database.
    graded = sorted(rows, key=lambda row: str(row.name))
    by_id = {
        row.name: results.Grade(
            row.auto_score,
            row.manual_score,
            results.counts(row.auto_score, row.manual_score, row.extra_credit),
        )
        for row in graded
    }
    due = submission.duedate
    return Held(
        results.Grades(by_id, float(submission.late_submission_penalty or 0.0)),
        submission.timestamp,
        None if due is None else due + (submission.extension or timedelta()),
        tuple(
            row.name for row in graded if row.needs_manual_grade and row.manual_score is not None
        ),
    )
