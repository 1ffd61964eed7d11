"""All results of an assignment as they stand, read without grading anything.

Two things are read at the same time: the autograded notebooks, by several processes, and the
gradebook, all of it at once. Of each notebook only what a result is made of is carried on.
Import only inside commands: numpy and nbgrader are slow.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from testcases.core.protocol import Assignment

from .course import Course, visible
from .errors import GraderError
from .glance import glance
from .progress import track
from .reading import Reading, read_items, troubles
from .releasing import known_assignment
from .result_lines import LARGEST
from .results import Record, Result, put_together, read_record
from .scores import score_of
from .submissions import TIMESTAMP_FILE

if TYPE_CHECKING:
    from .class_grades import Held

#: Below this many students the start of a second process takes longer than it saves.
_FEW = 200
#: Students that are given to a process at a time.
_CHUNK = 50
_MOST_PROCESSES = 8
#: Seconds before a progress bar appears.
_PATIENCE = 2.0
#: Longest timestamp that is looked at, in bytes.
_LONGEST_DATE = 200


@dataclass(frozen=True)
class Standing:
    """How one submission stands: its result, and what the gradebook adds to it."""

    result: Result
    #: Why it could not be graded, as in "its notebook was cut off"; None if it was.
    problem: str | None
    #: As UTC without a zone; None if that is not known.
    handed_in: datetime | None
    #: The deadline, moved by the student's extension; None if there is none.
    due: datetime | None
    #: Points taken off for it.
    penalty: float
    #: Items that a person has to look at again: graded by hand, then autograded anew.
    look_again: tuple[str, ...]
    #: Whether the folder in `submitted` has another timestamp than what was graded.
    handed_in_again: bool

    @property
    def score(self) -> float | None:
        """What counts, as in the exports; None if it could not be graded."""
        return score_of(self.result)

    @property
    def seconds_late(self) -> float:
        """How late it was; 0 if it was in time, or if that is not known."""
        if self.due is None or self.handed_in is None:
            return 0.0
        return max(0.0, (self.handed_in - self.due).total_seconds())


@dataclass(frozen=True)
class Ungraded:
    """A student who handed in, and of whom no grade is on record."""

    student: str
    #: As in "it was not graded yet".
    reason: str


@dataclass(frozen=True)
class ClassResults:
    """How a class stands, sorted by student."""

    assignment: Assignment
    graded: tuple[Standing, ...]
    ungraded: tuple[Ungraded, ...]
    #: Where the grades are, as it may be printed.
    gradebook: str

    @property
    def results(self) -> tuple[Result, ...]:
        """The results alone."""
        return tuple(standing.result for standing in self.graded)


@dataclass(frozen=True)
class _Seen:
    """What was read of one student's autograded notebook."""

    student: str
    #: None if there is no notebook that was graded to the end.
    record: Record | None
    readings: Mapping[str, Reading]
    found: Sequence[str]
    handed_in_again: bool


def read_class(
    course: Course, name: str, db: str | None = None, students: Sequence[str] | None = None
) -> ClassResults:
    """The results of a class, as `grader grade` would find them standing.

    Args:
        course: the course.
        name: the assignment.
        db: address of the gradebook, if it is not the course's own.
        students: only these; None for all who handed in or were graded.

    Raises:
        UsageError: the gradebook's address cannot be right.
        GraderError: the gradebook cannot be read, or nothing at all was graded.
    """
    assignment = known_assignment(name)
    everybody = sorted({*course.students(name), *_autograded(course, name)})
    wanted = everybody if students is None else sorted(set(students))
    with _Reader(course.root, assignment, wanted) as reader:
        held, gradebook = _gradebook(course, name, db)
        seen = list(track(reader.seen(), f"reading {name}", len(wanted), _PATIENCE))
    standing = [_put_together(course, assignment, one, held.get(one.student)) for one in seen]
    graded = tuple(one for one in standing if isinstance(one, Standing))
    ungraded = tuple(one for one in standing if isinstance(one, Ungraded))
    if not graded:
        raise GraderError(
            f"Cannot read results of {name!r}: nothing has been graded yet. Run: grader grade {name}"
        )
    for one in graded:
        _check_points(one.result)
    return ClassResults(assignment, graded, ungraded, gradebook)


def _check_points(result: Result) -> None:
    """Refuse what somebody has mistyped by many digits: every mean and figure would be of that alone."""
    for item in result.items:
        if not abs(item.score) <= LARGEST:
            raise GraderError(
                f"Cannot read results of {result.assignment!r}: {result.student!r} has {item.score:.3g} "
                f"points for {item.grade_id}, which cannot be meant. Correct that in the formgrader."
            )


def _put_together(
    course: Course, assignment: Assignment, seen: _Seen, held: Held | None
) -> Standing | Ungraded:
    """One student: what the notebook says and what the gradebook holds, if both are there and fit."""
    if seen.record is None:
        return Ungraded(seen.student, _why_not(course, assignment.name, seen.student))
    if held is None:
        reason = "its notebook was graded, but the gradebook does not know it"
        return Ungraded(seen.student, reason)
    if set(held.grades.by_id) != {item.grade_id for item in assignment.items}:
        reason = "the gradebook holds it for other items than the assignment has"
        return Ungraded(seen.student, reason)
    if not held.grades.spoken:
        reason = "its notebook was graded, but the gradebook holds no points for it"
        return Ungraded(seen.student, reason)
    result = put_together(
        seen.student,
        assignment.name,
        assignment.items,
        seen.record,
        seen.readings,
        seen.found,
        held.grades,
    )
    return Standing(
        result,
        seen.record.problem,
        held.handed_in,
        held.due,
        held.grades.penalty,
        held.look_again,
        seen.handed_in_again,
    )


def _gradebook(course: Course, name: str, db: str | None) -> tuple[Mapping[str, Held], str]:
    """What the gradebook holds, and where it is."""
    from .class_grades import held_by_gradebook
    from .gradebook import gradebook_url, readable, shown_url
    from .gradebook_state import missing_file, no_such_gradebook
    from .nbgrader_course import check_gradebook, nbgrader_for

    with nbgrader_for(course) as nbgrader:
        url = gradebook_url(nbgrader, db)
        check_gradebook(url, nbgrader.course_id, name)
        if missing_file(url):  # to ask it would make one
            if db is not None:
                raise no_such_gradebook(shown_url(url))
            return {}, shown_url(url)
        with readable(url):
            return held_by_gradebook(url, nbgrader.course_id, name), shown_url(url)


def _autograded(course: Course, name: str) -> list[str]:
    """Students of whom there is an autograded notebook."""
    folder = course.root / "autograded"
    if not folder.is_dir():
        return []
    return [path.name for path in visible(folder) if (path / name / f"{name}.ipynb").exists()]


def _why_not(course: Course, name: str, student: str) -> str:
    path = course.autograded(student, name) / f"{name}.ipynb"
    if path.exists():
        return "it was not graded to the end"
    return "it was not graded yet"


class _Reader:
    """Reads notebooks, in other processes if there are many; it begins at once."""

    def __init__(self, root: Path, assignment: Assignment, students: Sequence[str]) -> None:
        self._root, self._name = str(root), assignment.name
        self._chunks = [
            students[start : start + _CHUNK] for start in range(0, len(students), _CHUNK)
        ]
        self._pool: ProcessPoolExecutor | None = None
        if len(students) > _FEW:
            # Not "fork": whoever calls us may have threads, and a fork of those can hang.
            context = multiprocessing.get_context("spawn")
            processes = min(_MOST_PROCESSES, os.cpu_count() or 1)
            # Ctrl-C is for us to take; we then tell them to end.
            self._pool = ProcessPoolExecutor(
                processes, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)
            )
            self._coming = [
                self._pool.submit(_read_all, self._root, self._name, chunk)
                for chunk in self._chunks
            ]

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def seen(self) -> Iterator[_Seen]:
        """What was read, in the order of the students."""
        if self._pool is None:
            for chunk in self._chunks:
                yield from _read_all(self._root, self._name, chunk)
            return
        try:
            for future in self._coming:
                yield from future.result()
        except BrokenProcessPool as error:
            raise GraderError(
                f"Cannot read the graded notebooks of {self._name!r}: a process that read them died "
                "(was memory short?). Run the command again."
            ) from error


def _read_all(root: str, name: str, students: Sequence[str]) -> list[_Seen]:
    """Read the notebooks of these students. Called in other processes, too."""
    assignment = known_assignment(name)
    return [_read(Course(Path(root)), assignment, student) for student in students]


def _read(course: Course, assignment: Assignment, student: str) -> _Seen:
    name = assignment.name
    folder = course.autograded(student, name)
    try:
        ids = [item.grade_id for item in assignment.items]
        notebook = glance((folder / f"{name}.ipynb").read_bytes(), ids)
        record = read_record(notebook)
        if record is None:
            return _Seen(student, None, {}, (), False)
        readings = read_items(notebook, assignment.items)
        found = troubles(notebook, readings)
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return _Seen(student, None, {}, (), False)  # not written by us, or damaged since
    again = _differ(course.submitted(student, name), folder)
    return _Seen(student, record, readings, found, again)


def _differ(submitted: Path, autograded: Path) -> bool:
    """Whether both folders have a timestamp, and not the same."""
    first, second = _timestamp(submitted), _timestamp(autograded)
    return None not in (first, second) and first != second


def _timestamp(folder: Path) -> bytes | None:
    path = folder / TIMESTAMP_FILE
    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_LONGEST_DATE).strip()
    except OSError:
        return None
