"""The gradebook's rows of one assignment: read and written in nbgrader's tables, without its objects.

nbgrader's own classes ask the database some forty times for one submission. Here a submission is
one question, and one transaction of a few statements: all of it is recorded, or nothing.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import Connection, Engine, Table, bindparam, create_engine, insert, select, update
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from . import results

T = TypeVar("T")
#: Takes student, score and seconds late; gives the points to take off. See nbgrader's plug-ins.
Penalty = Callable[[str, float, float], float | None]

#: Seconds for which a gradebook that is locked or away is tried again, and how long between tries.
PATIENCE = 60.0
_PAUSE = 0.25
#: Seconds that SQLite itself waits for a lock. Short, since we try again anyway.
_SQLITE_WAIT = 0.2

_STUDENT, _ASSIGNMENT, _NOTEBOOK = (t.__table__ for t in (Student, Assignment, Notebook))
_CELL, _GRADE, _COMMENT = (t.__table__ for t in (BaseCell, Grade, Comment))
_SUBMITTED, _SUBMITTED_NOTEBOOK = SubmittedAssignment.__table__, SubmittedNotebook.__table__


def no_penalty(student: str, score: float, seconds_late: float) -> None:
    """For those that lose nothing by being late."""


@dataclass(frozen=True)
class Scores:
    """What is to be recorded of a submission."""

    student: str
    #: When it was handed in, as UTC without a zone, if that is known.
    handed_in: datetime | None
    #: Points by grade_id; None where a person has to decide.
    points: Mapping[str, float | None]
    #: Solution cells that are as they were handed out.
    untouched: Collection[str] = ()
    #: It could not be graded: nothing for a person to read, and no penalty on top.
    void: bool = False


@dataclass(frozen=True)
class _Row:
    """A graded cell's row of a submission."""

    id: str
    name: str
    auto: float | None
    manual: float | None
    extra: float | None

    @property
    def score(self) -> float:
        """What counts, by nbgrader's rule for `Grade.score`."""
        given = self.auto if self.manual is None else self.manual
        return 0.0 if given is None else float(given) + float(self.extra or 0.0)


@dataclass(frozen=True)
class _Submission:
    """The rows of a submission."""

    id: str
    notebook: str
    extension: timedelta | None
    penalty: float
    grades: tuple[_Row, ...]

    def told(self) -> results.Grades:
        by_id = {row.name: results.Grade(row.auto, row.manual, row.score) for row in self.grades}
        return results.Grades(by_id, self.penalty)


class Records:
    """The rows of one assignment, through one engine that is kept for a whole run."""

    def __init__(self, url: str, course_id: str, assignment: str) -> None:
        """Read what does not change in a run: the assignment's cells and its deadline.

        Raises:
            LookupError: the gradebook does not know the assignment.
            SQLAlchemyError: the gradebook cannot be read.
        """
        self._engine = _engine(url)
        #: We have waited for it in vain. Until it can be written to we do not wait again, or a class of a
        #: thousand would wait a thousand times.
        self._away = False
        self._patiently(lambda connection: self._read_assignment(connection, course_id, assignment))

    def _read_assignment(self, connection: Connection, course_id: str, name: str) -> None:
        found = connection.execute(
            select(_ASSIGNMENT.c.id, _ASSIGNMENT.c.duedate, _NOTEBOOK.c.id)
            .join(_NOTEBOOK, _NOTEBOOK.c.assignment_id == _ASSIGNMENT.c.id)
            .where(_ASSIGNMENT.c.name == name, _NOTEBOOK.c.name == name)
            .where(_ASSIGNMENT.c.course_id == course_id)
        ).one_or_none()
        if found is None:
            raise LookupError(f"the gradebook does not know the assignment {name!r}")
        self._assignment, self._due, self._notebook = found
        # A cell that is answered and graded, such as a written answer, has a row of each kind.
        cells = connection.execute(
            select(_CELL.c.id, _CELL.c.name, _CELL.c.type).where(
                _CELL.c.notebook_id == self._notebook
            )
        ).all()
        self._graded = {cell.name: cell.id for cell in cells if cell.type != "SolutionCell"}
        self._commented = {cell.name: cell.id for cell in cells if cell.type != "GradeCell"}

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def grades(self, student: str) -> results.Grades | None:
        """What the gradebook holds on a student's submission; None if it knows of none."""
        found = self._patiently(lambda connection: self._find(connection, student))
        return None if found is None else found.told()

    def _find(self, connection: Connection, student: str) -> _Submission | None:
        rows = connection.execute(
            select(
                _SUBMITTED.c.id,
                _SUBMITTED.c.extension,
                _SUBMITTED_NOTEBOOK.c.id,
                _SUBMITTED_NOTEBOOK.c.late_submission_penalty,
                _GRADE.c.id,
                _CELL.c.name,
                _GRADE.c.auto_score,
                _GRADE.c.manual_score,
                _GRADE.c.extra_credit,
            )
            .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
            .outerjoin(_GRADE, _GRADE.c.notebook_id == _SUBMITTED_NOTEBOOK.c.id)
            .outerjoin(_CELL, _CELL.c.id == _GRADE.c.cell_id)
            .where(_SUBMITTED.c.assignment_id == self._assignment)
            .where(_SUBMITTED.c.student_id == student)
            .where(_SUBMITTED_NOTEBOOK.c.notebook_id == self._notebook)
        ).all()
        if not rows:
            return None
        submission, extension, notebook, penalty = rows[0][:4]
        # Sorted, since a sum of floats depends on the order, and the order on the database.
        found = (_Row(*row[4:]) for row in rows if row[4] is not None)
        grades = tuple(sorted(found, key=lambda row: row.name))
        return _Submission(submission, notebook, extension, float(penalty or 0.0), grades)

    def write(self, scores: Scores, penalty: Penalty) -> results.Grades:
        """Record a submission in place of any earlier one, in one transaction.

        What a person gave stays. Returns what the gradebook holds then.

        Raises:
            SQLAlchemyError: it could not be written; nothing of it was.
        """
        return self._patiently(lambda connection: self._write(connection, scores, penalty), True)

    def _write(self, connection: Connection, scores: Scores, penalty: Penalty) -> results.Grades:
        found = self._find(connection, scores.student)
        if found is None or {row.name for row in found.grades} != set(self._graded):
            found = self._enter(connection, scores.student, found)
        when = {"timestamp": scores.handed_in}
        connection.execute(update(_SUBMITTED).where(_SUBMITTED.c.id == found.id).values(when))
        rows = tuple(
            _Row(row.id, row.name, scores.points[row.name], row.manual, row.extra)
            for row in found.grades
        )
        # As nbgrader does: after a new automatic score, a person looks at theirs again.
        values = [
            {
                "row": row.id,
                "auto_score": row.auto,
                "needs_manual_grade": not scores.void
                and (row.manual is not None or row.auto is None),
            }
            for row in rows
        ]
        connection.execute(update(_GRADE).where(_GRADE.c.id == bindparam("row")), values)
        self._comment(connection, found.notebook, scores.untouched)
        taken = self._taken_off(scores, sum(row.score for row in rows), found, penalty)
        connection.execute(
            update(_SUBMITTED_NOTEBOOK)
            .where(_SUBMITTED_NOTEBOOK.c.id == found.notebook)
            .values(late_submission_penalty=taken)
        )
        return _Submission(found.id, found.notebook, None, taken or 0.0, rows).told()

    def _comment(self, connection: Connection, notebook: str, untouched: Collection[str]) -> None:
        values = [
            {"cell": cell, "auto_comment": "No response." if name in untouched else None}
            for name, cell in self._commented.items()
        ]
        here = update(_COMMENT).where(_COMMENT.c.notebook_id == notebook)
        if values:
            connection.execute(here.where(_COMMENT.c.cell_id == bindparam("cell")), values)

    def _taken_off(
        self, scores: Scores, score: float, found: _Submission, penalty: Penalty
    ) -> float | None:
        """Points for lateness, as nbgrader's plug-in says; never more than there are."""
        if self._due is None or scores.handed_in is None or scores.void:
            return None
        due = self._due + (found.extension or timedelta())
        late = (scores.handed_in - due).total_seconds()
        if late <= 0:
            return None
        points = penalty(scores.student, score, late)
        return None if points is None else min(max(0.0, points), score)

    def _enter(
        self, connection: Connection, student: str, found: _Submission | None
    ) -> _Submission:
        """Make the rows that a submission has, as far as they are missing."""
        known = select(_STUDENT.c.id).where(_STUDENT.c.id == student)
        if connection.execute(known).one_or_none() is None:
            connection.execute(insert(_STUDENT).values(id=student))
        if found is None:
            submission, notebook = self._enter_submission(connection, student), new_uuid()
            connection.execute(
                insert(_SUBMITTED_NOTEBOOK).values(
                    id=notebook,
                    assignment_id=submission,
                    notebook_id=self._notebook,
                    flagged=False,
                )
            )
        else:
            submission, notebook = found.id, found.notebook
        have = {row.name for row in found.grades} if found is not None else set()
        missing = [cell for name, cell in self._graded.items() if name not in have]
        _fill(connection, _GRADE, notebook, missing, needs_manual_grade=True)
        commented = select(_COMMENT.c.cell_id).where(_COMMENT.c.notebook_id == notebook)
        there = set(connection.execute(commented).scalars())
        wanted = [cell for cell in self._commented.values() if cell not in there]
        _fill(connection, _COMMENT, notebook, wanted)
        entered = self._find(connection, student)
        assert entered is not None
        return entered

    def _enter_submission(self, connection: Connection, student: str) -> str:
        there = connection.execute(
            select(_SUBMITTED.c.id)
            .where(_SUBMITTED.c.assignment_id == self._assignment)
            .where(_SUBMITTED.c.student_id == student)
        ).scalar_one_or_none()
        if there is not None:
            return str(there)
        submission = str(new_uuid())
        row = {"id": submission, "assignment_id": self._assignment, "student_id": student}
        connection.execute(insert(_SUBMITTED).values(row))
        return submission

    def set_scores(self, student: str, scores: Mapping[str, float]) -> None:
        """Set what the autograder gave, by grade_id, in one step. What a person gave stays."""
        if scores:
            self._patiently(lambda connection: self._set_scores(connection, student, scores), True)

    def _set_scores(
        self, connection: Connection, student: str, scores: Mapping[str, float]
    ) -> None:
        found = self._find(connection, student)
        for row in found.grades if found is not None else ():
            if row.name in scores:
                values = {"auto_score": scores[row.name], "needs_manual_grade": False}
                connection.execute(update(_GRADE).where(_GRADE.c.id == row.id).values(values))
        after = self._find(connection, student)
        # The penalty for lateness was taken from the old score, and may now exceed the new one.
        if after is not None and after.penalty > (score := sum(r.score for r in after.grades)):
            connection.execute(
                update(_SUBMITTED_NOTEBOOK)
                .where(_SUBMITTED_NOTEBOOK.c.id == after.notebook)
                .values(late_submission_penalty=score)
            )

    def _patiently(self, work: Callable[[Connection], T], writes: bool = False) -> T:
        """Do something in a transaction; again for a while if the gradebook is locked or away."""
        begun = time.monotonic()
        while True:
            try:
                with self._engine.begin() as connection:
                    done = work(connection)
                self._away &= not writes  # one who locks it may let others read
                return done
            except DBAPIError as error:
                if not _passes(error):
                    raise
                if self._away or time.monotonic() - begun > PATIENCE:
                    self._away = True
                    raise
                time.sleep(_PAUSE)


def _engine(url: str) -> Engine:
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": _SQLITE_WAIT}
    return create_engine(url, **options)


def _passes(error: DBAPIError) -> bool:
    """Whether an error is one of those that go away: a lock, a server that starts anew."""
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return "locked" in str(error.orig)
    # A server that went away, starts anew, or has too many clients; two that waited for each other.
    # What is wrong with a statement or with a value is of another class.
    return isinstance(error, OperationalError | InterfaceError)


def _fill(
    connection: Connection, table: Table, notebook: str, cells: Collection[str], **values: object
) -> None:
    rows = [
        {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, **values} for cell in cells
    ]
    if rows:
        connection.execute(insert(table), rows)
