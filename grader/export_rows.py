"""What the gradebook holds on everybody, read with one question per table.

nbgrader's own exporter asks the database several times per student. Here it is a handful of
questions, whether the class has ten students or five thousand.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import Connection, Select, select

_STUDENT, _ASSIGNMENT, _NOTEBOOK = (t.__table__ for t in (Student, Assignment, Notebook))
_CELL, _GRADE, _COMMENT = (t.__table__ for t in (BaseCell, Grade, Comment))
_SUBMITTED, _SUBMITTED_NOTEBOOK = SubmittedAssignment.__table__, SubmittedNotebook.__table__
_GRADED_CELLS = (GradeCell.__table__, TaskCell.__table__)

#: Decimals of sums, as in the result lines of `grader grade`.
_DECIMALS = 4

#: `graded` has a score; `not_graded` was handed in and has none; the rest have handed in nothing.
Status = Literal["graded", "not_graded", "no_submission"]


@dataclass(frozen=True)
class Person:
    """A student, as the gradebook knows them."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    #: What the learning-management system calls them, if that was entered in the gradebook.
    lms_user_id: str = ""


@dataclass(frozen=True)
class GradedItem:
    """A graded cell of an assignment."""

    id: str
    grade_id: str
    notebook: str
    max_score: float


@dataclass(frozen=True)
class Work:
    """An assignment, as the gradebook knows it."""

    name: str
    duedate: datetime | None
    #: Sorted by notebook and grade_id.
    items: tuple[GradedItem, ...]

    @property
    def max_score(self) -> float:
        """Points for everything right, without extra credit."""
        return sum(item.max_score for item in self.items)


@dataclass(frozen=True)
class Entry:
    """How one student stands in one assignment."""

    person: Person
    work: Work
    status: Status
    #: With the student's own extension, if there is one.
    duedate: datetime | None
    timestamp: datetime | None = None
    #: Points by the item's id, extra credit included; None where nobody has decided yet.
    points: Mapping[str, float | None] | None = None
    penalty: float = 0.0
    #: Whether an answer waits for a person.
    waits: bool = False
    #: Whether a person has given points, be it none or on top.
    by_hand: bool = False
    #: What persons wrote to the student, by cell.
    comments: tuple[str, ...] = ()

    @property
    def raw_score(self) -> float | None:
        """Points before anything was taken off for lateness; None if there are none."""
        if self.status != "graded" or self.points is None:
            return None
        total = sum(points for points in self.points.values() if points is not None)
        return round(total, _DECIMALS)

    @property
    def score(self) -> float | None:
        """What counts, by nbgrader's rule: never less than nothing."""
        if self.raw_score is None:
            return None
        return round(max(0.0, self.raw_score - self.penalty), _DECIMALS)

    @property
    def doubtful(self) -> bool:
        """All points are the autograder's, and there are none: perhaps it could not be read."""
        return self.raw_score == 0 and not self.waits and not self.by_hand


@dataclass(frozen=True)
class Book:
    """All that is to be exported: every assignment for every student, sorted by their names."""

    works: tuple[Work, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    #: What anybody in the gradebook is called, here or in the system, whoever is exported.
    known: frozenset[str] = frozenset()


def read_book(connection: Connection, course_id: str, wanted: Collection[str] = ()) -> Book:
    """Read the assignments of a course, or only those wanted, and how every student stands in them.

    Args:
        wanted: names of assignments; empty for all. Those that are unknown are left out.
    """
    works = _works(connection, course_id, wanted)
    people = _people(connection)
    ids = list(works)
    notebooks = _submitted(connection, ids)
    grades, comments = _grades(connection, ids), _comments(connection, ids)
    entries = [
        _entry(person, work, notebooks.get((key, person.id), ()), grades, comments)
        for key, work in works.items()
        for person in people
    ]
    known = {name for one in people for name in (one.id, one.lms_user_id) if name}
    return Book(tuple(works.values()), people, tuple(entries), frozenset(known))


def _works(connection: Connection, course_id: str, wanted: Collection[str]) -> dict[str, Work]:
    question = select(_ASSIGNMENT.c.id, _ASSIGNMENT.c.name, _ASSIGNMENT.c.duedate).where(
        _ASSIGNMENT.c.course_id == course_id
    )
    rows = [row for row in connection.execute(question) if not wanted or row.name in wanted]
    items: dict[str, list[GradedItem]] = defaultdict(list)
    for graded in _GRADED_CELLS:
        cells = connection.execute(
            select(
                _NOTEBOOK.c.assignment_id,
                _CELL.c.id,
                _CELL.c.name,
                _NOTEBOOK.c.name.label("notebook"),
                graded.c.max_score,
            )
            .join(_CELL, _CELL.c.id == graded.c.id)
            .join(_NOTEBOOK, _NOTEBOOK.c.id == _CELL.c.notebook_id)
        )
        for cell in cells:
            points = float(cell.max_score or 0.0)
            items[cell.assignment_id].append(GradedItem(cell.id, cell.name, cell.notebook, points))
    return {
        row.id: Work(
            row.name,
            row.duedate,
            tuple(sorted(items[row.id], key=lambda item: (item.notebook, item.grade_id))),
        )
        for row in sorted(rows, key=lambda row: row.name)
    }


def _people(connection: Connection) -> tuple[Person, ...]:
    columns = [_STUDENT.c[name] for name in Person.__dataclass_fields__]
    rows = connection.execute(select(*columns))
    # Sorted here: databases differ in how they sort.
    people = (Person(*(value or "" for value in row)) for row in rows)
    return tuple(sorted(people, key=lambda person: person.id))


def _submitted(
    connection: Connection, assignments: Sequence[str]
) -> dict[tuple[str, str], list[Any]]:
    """The submitted notebooks of each assignment and student; a submission without any has one row."""
    rows = connection.execute(
        select(
            _SUBMITTED.c.assignment_id,
            _SUBMITTED.c.student_id,
            _SUBMITTED.c.timestamp,
            _SUBMITTED.c.extension,
            _SUBMITTED_NOTEBOOK.c.id.label("notebook"),
            _SUBMITTED_NOTEBOOK.c.late_submission_penalty.label("penalty"),
        )
        .outerjoin(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.assignment_id == _SUBMITTED.c.id)
        .where(_SUBMITTED.c.assignment_id.in_(assignments))
    )
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.assignment_id, row.student_id].append(row)
    return found


def _grades(connection: Connection, assignments: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of graded cells, by the id of the submitted notebook."""
    return _by_notebook(connection.execute(_rows_of(_GRADE, assignments)))


def _comments(connection: Connection, assignments: Sequence[str]) -> dict[str, list[Any]]:
    """What persons wrote, by the id of the submitted notebook."""
    question = _rows_of(_COMMENT, assignments).where(_COMMENT.c.manual_comment != "")
    return _by_notebook(connection.execute(question))


def _rows_of(table: Any, assignments: Sequence[str]) -> Select[Any]:
    return (
        select(table, _CELL.c.name)
        .join(_CELL, _CELL.c.id == table.c.cell_id)
        .join(_SUBMITTED_NOTEBOOK, _SUBMITTED_NOTEBOOK.c.id == table.c.notebook_id)
        .join(_SUBMITTED, _SUBMITTED.c.id == _SUBMITTED_NOTEBOOK.c.assignment_id)
        .where(_SUBMITTED.c.assignment_id.in_(assignments))
    )


def _by_notebook(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.notebook_id].append(row)
    return found


def _entry(
    person: Person,
    work: Work,
    notebooks: Sequence[Any],
    grades: Mapping[str, Sequence[Any]],
    comments: Mapping[str, Sequence[Any]],
) -> Entry:
    if not notebooks:
        return Entry(person, work, "no_submission", work.duedate)
    handed_in = notebooks[0]
    duedate = work.duedate
    if duedate is not None and handed_in.extension is not None:
        duedate += handed_in.extension
    rows = {row.cell_id: row for one in notebooks for row in grades.get(one.notebook, ())}
    # In the order of the items, since a sum of floats depends on it.
    points = {item.id: _points(rows.get(item.id)) for item in work.items}
    written = sorted(
        (row.name, row.manual_comment)
        for one in notebooks
        for row in comments.get(one.notebook, ())
    )
    return Entry(
        person,
        work,
        "graded" if any(value is not None for value in points.values()) else "not_graded",
        duedate,
        handed_in.timestamp,
        points,
        sum(float(one.penalty or 0.0) for one in notebooks),
        any(row.needs_manual_grade for row in rows.values()),
        any(row.manual_score is not None or row.extra_credit for row in rows.values()),
        tuple(text for _, text in written),
    )


def _points(row: Any) -> float | None:
    """What counts, by nbgrader's rule for `Grade.score`."""
    if row is None:
        return None
    given = row.auto_score if row.manual_score is None else row.manual_score
    return None if given is None else float(given) + float(row.extra_credit or 0.0)
