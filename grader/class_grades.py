"""What the gradebook holds on a whole class, in one question. Nothing in it is changed.

Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        rows = database.patiently(lambda connection: _rows(connection, course_id, assignment))
    by_student: dict[str, list[Any]] = {}
    for row in rows:
        by_student.setdefault(row.student_id, []).append(row)
    return {student: _held(found) for student, found in by_student.items()}


def _rows(connection: Connection, course_id: str, assignment: str) -> list[Any]:
    question = (
        select(
            _SUBMITTED.c.student_id,
            _SUBMITTED.c.timestamp,
            _SUBMITTED.c.extension,
            _ASSIGNMENT.c.duedate,
            _SUBMITTED_NOTEBOOK.c.late_submission_penalty,
            _CELL.c.name,
            _GRADE.c.auto_score,
            _GRADE.c.manual_score,
            _GRADE.c.extra_credit,
            _GRADE.c.needs_manual_grade,
        )
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMITTED.c.assignment_id)
        .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _SUBMITTED_NOTEBOOK.c.notebook_id)
        .outerjoin(_GRADE, _GRADE.c.notebook_id == _SUBMITTED_NOTEBOOK.c.id)
        .outerjoin(_CELL, _CELL.c.id == _GRADE.c.cell_id)
        .where(_ASSIGNMENT.c.name == assignment, _ASSIGNMENT.c.course_id == course_id)
        .where(_NOTEBOOK.c.name == assignment)
    )
    return list(connection.execute(question).all())


def _held(rows: list[Any]) -> Held:
    """The rows of one student, put together."""
    first = rows[0]
    # Sorted, since a sum of floats depends on the order, and the order on the database.
    graded = sorted((row for row in rows if row.name is not None), key=lambda row: str(row.name))
    by_id = {
        row.name: results.Grade(
            row.auto_score,
            row.manual_score,
            results.counts(row.auto_score, row.manual_score, row.extra_credit),
        )
        for row in graded
    }
    due = None if first.duedate is None else first.duedate + (first.extension or timedelta())
    return Held(
        results.Grades(by_id, float(first.late_submission_penalty or 0.0)),
        first.timestamp,
        due,
        tuple(
            row.name for row in graded if row.needs_manual_grade and row.manual_score is not None
        ),
    )
