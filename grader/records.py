"""The gradebook's rows of one assignment: read and written in nbgrader's tables, without its objects.

nbgrader's own classes ask the database some forty times for one submission. Here a submission is
one question, and one transaction of a few statements: all of it is recorded, or nothing.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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
from sqlalchemy import Connection, Select, Table, bindparam, select, update

from . import results
from .database import Database

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

    name: str
    auto: float | None
    manual: float | None
    extra: float | None

    @property
    def score(self) -> float:
        """What counts."""
        return results.counts(self.auto, self.manual, self.extra)


#: What stands in a row that is not there yet.
_NOTHING = _Row("", None, None, None)


@dataclass(frozen=True)
class _Submission:
    """The rows of a submission."""

    #: Id of the submitted notebook's row.
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
        #: The address of the gradebook.
        self.url = url
        self._database = Database(url)
        self._database.patiently(
            lambda connection: self._read_assignment(connection, course_id, assignment)
        )

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
        # Made once: SQLAlchemy takes longer to put a statement together than to have it done.
        self._question = _question(self._assignment, self._notebook)
        self._upserts = {table: _upsert(self._database, table) for table in _KEYS}

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def grades(self, student: str) -> results.Grades | None:
        """What the gradebook holds on a student's submission; None if it knows of none."""
        found = self._database.patiently(lambda connection: self._find(connection, student))
        return None if found is None else found.told()

    def _find(self, connection: Connection, student: str) -> _Submission | None:
        rows = connection.execute(self._question, {"student": student}).all()
        if not rows:
            return None
        extension, notebook, penalty = rows[0][:3]
        # Sorted, since a sum of floats depends on the order, and the order on the database.
        found = (_Row(*row[3:]) for row in rows if row[3] is not None)
        grades = tuple(sorted(found, key=lambda row: row.name))
        return _Submission(notebook, extension, float(penalty or 0.0), grades)

    def comments(self, student: str) -> dict[str, str]:
        """What is said about a student's cells, by grade_id; what a person wrote goes before the rest."""
        rows = self._of_student(student, _COMMENT, "manual_comment", "auto_comment")
        found = {name: manual if manual is not None else auto for name, manual, auto in rows}
        return {name: text for name, text in found.items() if text}

    def look_again(self, student: str) -> frozenset[str]:
        """Cells that were graded by hand and then autograded anew, by grade_id: a person looks again."""
        rows = self._of_student(student, _GRADE, "needs_manual_grade", "manual_score")
        return frozenset(str(name) for name, needed, given in rows if needed and given is not None)

    def _of_student(self, student: str, table: Table, *columns: str) -> Sequence[Any]:
        """A student's rows of a table that speaks of cells: the cell's grade_id, and these columns."""
        question = (
            select(_CELL.c.name, *(table.c[column] for column in columns))
            .join(table, table.c.cell_id == _CELL.c.id)
            .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.id == table.c.notebook_id)
            .join(_SUBMITTED, _SUBMITTED.c.id == _SUBMITTED_NOTEBOOK.c.assignment_id)
            .where(_SUBMITTED.c.assignment_id == self._assignment)
            .where(_SUBMITTED.c.student_id == student)
            .where(_SUBMITTED_NOTEBOOK.c.notebook_id == self._notebook)
        )
        return self._database.patiently(lambda connection: connection.execute(question).all())

    def write(self, scores: Scores, penalty: Penalty) -> results.Grades:
        """Record a submission in place of any earlier one, in one transaction.

        What a person gave stays. Returns what the gradebook holds then.

        Raises:
            SQLAlchemyError: it could not be written; nothing of it was.
        """
        return self._database.patiently(
            lambda connection: self._write(connection, scores, penalty), writes=True
        )

    def _write(self, connection: Connection, scores: Scores, penalty: Penalty) -> results.Grades:
        found = self._find(connection, scores.student)
        before = {row.name: row for row in found.grades} if found is not None else {}
        rows = tuple(
            _Row(name, scores.points[name], row.manual, row.extra)
            for name in sorted(self._graded)
            for row in [before.get(name, _NOTHING)]
        )
        extension = found.extension if found is not None else None
        taken = self._taken_off(scores, sum(row.score for row in rows), extension, penalty)
        connection.execute(self._upserts[_STUDENT], {"id": scores.student})
        submission = self._put(
            connection,
            _SUBMITTED,
            assignment_id=self._assignment,
            student_id=scores.student,
            timestamp=scores.handed_in,
        )
        notebook = self._put(
            connection,
            _SUBMITTED_NOTEBOOK,
            assignment_id=submission,
            notebook_id=self._notebook,
            late_submission_penalty=taken,
            flagged=False,
        )
        self._put_cells(connection, notebook, rows, scores)
        return _Submission(notebook, extension, taken or 0.0, rows).told()

    def _put_cells(
        self, connection: Connection, notebook: str, rows: Sequence[_Row], scores: Scores
    ) -> None:
        """The rows of graded cells, and of cells that are commented on."""
        grades = [
            {
                "id": new_uuid(),
                "notebook_id": notebook,
                "cell_id": self._graded[row.name],
                "auto_score": row.auto,
                # As nbgrader does: after a new automatic score, a person looks at theirs again.
                "needs_manual_grade": not scores.void
                and (row.manual is not None or row.auto is None),
            }
            for row in rows
        ]
        comments = [
            {
                "id": new_uuid(),
                "notebook_id": notebook,
                "cell_id": cell,
                "auto_comment": results.NO_RESPONSE if name in scores.untouched else None,
            }
            for name, cell in self._commented.items()
        ]
        for table, values in ((_GRADE, grades), (_COMMENT, comments)):
            if values:
                connection.execute(self._upserts[table], values)

    def _put(self, connection: Connection, table: Table, **row: object) -> str:
        """Make a row what it should be, whether it is there or not; its id."""
        found = connection.execute(self._upserts[table], {"id": new_uuid(), **row})
        return str(found.scalar_one())

    def _taken_off(
        self, scores: Scores, score: float, extension: timedelta | None, penalty: Penalty
    ) -> float | None:
        """Points for lateness, as nbgrader's plug-in says; never more than there are."""
        if self._due is None or scores.handed_in is None or scores.void:
            return None
        due = self._due + (extension or timedelta())
        late = (scores.handed_in - due).total_seconds()
        if late <= 0:
            return None
        points = penalty(scores.student, score, late)
        return None if points is None else min(max(0.0, points), score)

    def set_scores(self, student: str, scores: Mapping[str, float]) -> None:
        """Set what the autograder gave, by grade_id, in one step. What a person gave stays."""
        if scores:
            self._database.patiently(
                lambda connection: self._set_scores(connection, student, scores), writes=True
            )

    def _set_scores(
        self, connection: Connection, student: str, scores: Mapping[str, float]
    ) -> None:
        found = self._find(connection, student)
        if found is None:
            return
        for row in found.grades:
            if row.name in scores:
                values = {"auto_score": scores[row.name], "needs_manual_grade": False}
                connection.execute(
                    update(_GRADE)
                    .where(_GRADE.c.notebook_id == found.notebook)
                    .where(_GRADE.c.cell_id == self._graded[row.name])
                    .values(values)
                )
        after = self._find(connection, student)
        # The penalty for lateness was taken from the old score, and may now exceed the new one.
        if after is not None and after.penalty > (score := sum(r.score for r in after.grades)):
            connection.execute(
                update(_SUBMITTED_NOTEBOOK)
                .where(_SUBMITTED_NOTEBOOK.c.id == after.notebook)
                .values(late_submission_penalty=score)
            )


#: What a row of each table is known by, and what may change in a row that is there.
_KEYS: Mapping[Table, tuple[tuple[str, ...], tuple[str, ...]]] = {
    _STUDENT: (("id",), ()),
    _SUBMITTED: (("assignment_id", "student_id"), ("timestamp",)),
    _SUBMITTED_NOTEBOOK: (("assignment_id", "notebook_id"), ("late_submission_penalty",)),
    _GRADE: (("cell_id", "notebook_id"), ("auto_score", "needs_manual_grade")),
    _COMMENT: (("cell_id", "notebook_id"), ("auto_comment",)),
}


def _question(assignment: str, notebook: str) -> Select[Any]:
    """All rows of one student's submission."""
    return (
        select(
            _SUBMITTED.c.extension,
            _SUBMITTED_NOTEBOOK.c.id,
            _SUBMITTED_NOTEBOOK.c.late_submission_penalty,
            _CELL.c.name,
            _GRADE.c.auto_score,
            _GRADE.c.manual_score,
            _GRADE.c.extra_credit,
        )
        .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
        .outerjoin(_GRADE, _GRADE.c.notebook_id == _SUBMITTED_NOTEBOOK.c.id)
        .outerjoin(_CELL, _CELL.c.id == _GRADE.c.cell_id)
        .where(_SUBMITTED.c.assignment_id == assignment)
        .where(_SUBMITTED.c.student_id == bindparam("student"))
        .where(_SUBMITTED_NOTEBOOK.c.notebook_id == notebook)
    )


def _upsert(database: Database, table: Table) -> Any:
    """A statement that makes a row of a table, or changes the one that is there; it gives the id."""
    keys, changing = _KEYS[table]
    statement = database.insert(table)
    if not changing:
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    changed = {name: statement.excluded[name] for name in changing}
    upsert = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
    return upsert.returning(table.c.id) if table in (_SUBMITTED, _SUBMITTED_NOTEBOOK) else upsert
