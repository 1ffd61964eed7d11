"""nbgrader's export plug-ins: the gradebook as a plain table, for Canvas and for Moodle.

    nbgrader export --exporter grader.exporters.CsvExporter
    nbgrader export --exporter grader.exporters.CanvasExporter --CanvasExporter.roster=canvas.csv

`grader export` uses the same classes, so that what nbgrader_config.py sets for them counts there, too.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from sqlalchemy import Connection
from traitlets import Bool, Unicode

from .course import Course, shown
from .errors import NEEDS_ATTENTION, GraderError, UsageError
from .export_canvas import canvas_table
from .export_csv import csv_table
from .export_moodle import moodle_table
from .export_rows import Book, Entry, read_book
from .export_table import Options, Table
from .export_table import shown as named
from .results import read_record
from .roster import listed, read_roster
from .spreadsheet import lines
from .words import counted
from .writing import check_writable, write_anywhere

#: As the name of a file: standard output.
STDOUT = "-"
#: Where exports go if nothing else is said.
FOLDER = "exports"


@dataclass(frozen=True)
class Exported:
    """What was written, and what a person should know about it."""

    target: str
    #: Students who are in it with a score.
    scores: int
    notes: tuple[str, ...]
    attention: bool


class Exporter(ExportPlugin):
    """What the three exporters share."""

    #: Makes the rows.
    make_table: ClassVar[Callable[[Book, Options], Table]]
    #: Stands in the file's name, after the assignment's.
    suffix: ClassVar[str] = ""
    #: Whether the form holds a single assignment.
    single: ClassVar[bool] = True

    roster = Unicode("", help="CSV file that says who the students are").tag(config=True)
    key = Unicode("", help="column of the roster in which nbgrader's student ids stand").tag(
        config=True
    )
    column = Unicode("", help="what the assignment's column is called in the system").tag(
        config=True
    )
    feedback = Bool(False, help="add a column of points per item and comments").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Called by `nbgrader export`: write the file, log what there is to say, and exit with 1 or 2
        where `grader export` does."""
        directory = getattr(self.parent, "coursedir", None)
        course = Course(Path(directory.root if directory is not None else "."))
        try:
            book = self.read(gradebook.db.connection(), str(gradebook.course_id), course)
            done = self.write(book, str(gradebook.course_id), course)
        except GraderError as error:
            self.log.error("%s", error)
            raise SystemExit(error.exit_code) from error
        for note in done.notes:
            self.log.warning("%s", note)
        self.log.info("%s with a score in %s", counted(done.scores, "student"), done.target)
        if done.attention:
            raise SystemExit(NEEDS_ATTENTION)

    def read(self, connection: Connection, course_id: str, course: Course) -> Book:
        """What was asked for, from the gradebook.

        Raises:
            UsageError: there is no such assignment or student.
            GraderError: the gradebook is empty.
        """
        names = [str(name) for name in self.assignment]
        book = read_book(connection, course_id)
        known = [work.name for work in book.works]
        if not known:
            raise GraderError(
                "Cannot export grades: the gradebook knows no assignment yet. Run: grader release"
            )
        if not book.people:
            raise GraderError(
                "Cannot export grades: the gradebook knows no student yet. Run: grader grade"
            )
        for name in names:
            if name not in known and name in course.assignments():
                raise GraderError(
                    f"Cannot export {name!r}: nothing has been graded yet. Run: grader grade {name}"
                )
        _check_known("assignment", names, known)
        students = [str(name) for name in self.student]
        _check_known("student", students, [person.id for person in book.people])
        names = names or known
        if self.single and len(names) > 1:
            raise UsageError(
                f"Cannot export several assignments: this form holds one. Name one of {', '.join(known)}."
            )
        return Book(
            tuple(work for work in book.works if work.name in names),
            tuple(one for one in book.people if not students or one.id in students),
            tuple(
                _if_read(entry, course)
                for entry in book.entries
                if entry.work.name in names and (not students or entry.person.id in students)
            ),
            book.known,
        )

    def write(self, book: Book, course_id: str, course: Course) -> Exported:
        """Write the file.

        Raises:
            UsageError: the roster cannot be used.
            GraderError: nobody has a score, or the file cannot be written.
        """
        roster = read_roster(Path(self.roster)) if self.roster else None
        options = Options(roster, self.key, self.column, bool(self.feedback))
        table = type(self).make_table(book, options)
        target = self._target(book, course_id, course)
        if target is None:
            sys.stdout.flush()
            sys.stdout.buffer.write("".join(lines(table.rows)).encode())
            sys.stdout.buffer.flush()
        else:
            write_anywhere(target, lines(table.rows))
        notes, attention = _standing(book, course, [str(name) for name in self.student])
        return Exported(
            STDOUT if target is None else shown(target),
            table.scores,
            (*notes, *table.notes),
            attention or table.attention,
        )

    def _target(self, book: Book, course_id: str, course: Course) -> Path | None:
        """The file to write, which can be written; None for standard output."""
        if self.to == STDOUT:
            return None
        if self.to:
            target = Path(self.to)
        else:
            stem = book.works[0].name if len(book.works) == 1 else course_id
            folder = course.root / FOLDER
            try:
                folder.mkdir(exist_ok=True)
            except OSError as error:
                raise GraderError(
                    f"Cannot make the folder {folder}: {error.strerror}. Name a file with --output."
                ) from error
            target = folder / f"{stem}{self.suffix}.csv"
        check_writable(target, course)
        return target


class CsvExporter(Exporter):
    """Everything, one row per assignment and student."""

    make_table = csv_table
    single = False


class CanvasExporter(Exporter):
    """What Canvas's gradebook imports."""

    make_table = canvas_table
    suffix = ".canvas"


class MoodleExporter(Exporter):
    """What Moodle's grade import reads."""

    make_table = moodle_table
    suffix = ".moodle"


def _check_known(kind: str, wanted: Iterable[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise UsageError(
                f"Cannot export {kind} {name!r}: the gradebook does not know it.{meant} It knows: "
                f"{listed(known)}."
            )


def _if_read(entry: Entry, course: Course) -> Entry:
    """The entry; as not graded if its notebook says that it could not be graded.

    The gradebook holds points of 0 then, and these look like any other 0. Few have them, so few
    notebooks are opened.
    """
    if not entry.doubtful:
        return entry
    name = entry.work.name
    path = course.autograded(entry.person.id, name) / f"{name}.ipynb"
    try:
        record = read_record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError):
        return entry  # nbgrader graded it, or another machine: the gradebook is all we know
    return (
        entry if record is None or record.problem is None else replace(entry, status="not_graded")
    )


def _standing(book: Book, course: Course, students: Collection[str]) -> tuple[list[str], bool]:
    """Notes on what is not a final score, and whether a person must look at it."""
    notes = []
    waiting = {entry.person.id for entry in book.entries if entry.waits}
    if waiting:
        notes.append(
            f"{counted(len(waiting), 'student')} with an answer that waits for a person: what has no points yet "
            "counts 0 in the score. Grade it in the formgrader, and export again."
        )
    failed = sorted({entry.person.id for entry in book.entries if entry.status == "not_graded"})
    if failed:
        notes.append(
            f"{counted(len(failed), 'student')} with work that could not be graded, so without a score: "
            f"{named(failed)}. They have to hand in again; `grader report` says why."
        )
    known = {(e.work.name, e.person.id) for e in book.entries if e.status != "no_submission"}
    new = {
        student
        for work in book.works
        for student in course.students(work.name)
        if (work.name, student) not in known and (not students or student in students)
    }
    if new:
        notes.append(
            f"{counted(len(new), 'student')} with work in submitted/ that nobody has graded yet: "
            f"{named(sorted(new))}. Run: grader grade"
        )
    return notes, bool(failed or new)
