"""Feedback for students: who gets a page, and how pages are made and written.

`Pages` makes them, for `grader feedback` here and for nbgrader in `feedback_exporter`; what is on one is
decided in `feedback_cells` and `feedback_page`.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from testcases.core.protocol import Assignment

from .arguments import meant
from .course import Course, check_names
from .errors import GraderError, UsageError
from .feedback_cells import work_in
from .feedback_given import Given, put_in_place, read_given
from .feedback_page import Sheet, render
from .jail.limits import limits_of
from .nbgrader_course import check_gradebook, nbgrader_for
from .notebooks import Notebook
from .records import Records
from .releasing import known_assignment
from .results import Record, assemble, read_record
from .submissions import TIMESTAMP_FILE
from .writing import write_atomically

#: What nbgrader's release_feedback looks for beside a page: when the work was handed in, and the name
#: under which its student fetches the page.
_KEY_FILE = "submission_secret.txt"
_LONGEST_OF_THESE = 1000


@dataclass(frozen=True)
class Page:
    """One student's feedback."""

    student: str
    #: The page; None if it could not be written.
    file: Path | None
    #: Why there is none.
    problem: str | None = None


class NotReadyError(Exception):
    """There is nothing yet that could be told to a student."""


def graded_students(course: Course, assignment: str, wanted: Sequence[str] | None) -> list[str]:
    """The students who get feedback, sorted: those named, or all who were graded.

    Raises:
        UsageError: a student named was not graded, or does not exist.
        GraderError: nobody was.
    """
    check_names(wanted or ())
    folder = course.root / "autograded"
    graded = sorted(
        path.parent.parent.name for path in folder.glob(f"*/{assignment}/{assignment}.ipynb")
    )
    if not graded:
        raise GraderError(
            f"Cannot write feedback on {assignment!r}: nothing has been graded yet. "
            f"Run: grader grade {assignment}"
        )
    unknown = sorted(set(wanted or ()) - set(graded))
    strangers = sorted(set(unknown) - set(course.students(assignment)))
    if strangers:
        raise UsageError(
            f"Cannot write feedback for {', '.join(map(repr, strangers))}: nothing was handed in "
            f"under that name.{meant(strangers[0], graded)} List those who did with: ls {quote(str(course.root / 'submitted'))}"
        )
    if unknown:
        raise UsageError(
            f"Cannot write feedback for {', '.join(map(repr, unknown))}: not graded. "
            f"Run: grader grade {assignment} {' '.join(f'--student={quote(each)}' for each in unknown)}"
        )
    return graded if wanted is None else sorted(set(wanted))


class Pages:
    """Makes pages of one assignment."""

    def __init__(
        self, course: Course, assignment: Assignment, given: Given, records: Records, limit: int
    ) -> None:
        """What does not change from student to student.

        Args:
            course: whose.
            assignment: whose items are told.
            given: what was handed out.
            records: the gradebook's rows of this assignment.
            limit: how many characters a cell may show.
        """
        self._course = course
        self._assignment = assignment
        self._given = given
        self._records = records
        self._limit = limit

    def page(self, student: str) -> str:
        """A student's page.

        Raises:
            NotReadyError: there is nothing to tell yet; the reason.
        """
        name, items = self._assignment.name, self._assignment.items
        notebook, record = self._graded(student)
        grades = self._records.grades(student)
        if grades is None:
            raise NotReadyError(
                "it is not in the gradebook; run grader grade again (for a gradebook elsewhere, set "
                "c.CourseDirectory.db_url in nbgrader_config.py)"
            )
        return render(
            Sheet(
                result=assemble(student, name, items, notebook, record, grades),
                items=items,
                grades=grades,
                comments=self._records.comments(student),
                look_again=self._records.look_again(student),
                work=work_in(
                    notebook,
                    items,
                    self._limit,
                    self._given.sources,
                    put_in_place(record.notes),
                ),
                record=record,
                limit=self._limit,
                title=self._given.title,
            )
        )

    def _graded(self, student: str) -> tuple[Notebook, Record]:
        name = self._assignment.name
        path = self._course.autograded(student, name) / f"{name}.ipynb"
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            record = read_record(notebook)
        except (OSError, ValueError, AttributeError):
            record = None
        if record is None:
            raise NotReadyError("it was not graded to the end; run grader grade again")
        return notebook, record


def write_feedback(course: Course, assignment: str, students: Sequence[str]) -> Iterator[Page]:
    """Write the feedback of these students, one after another.

    Raises:
        GraderError: the gradebook cannot be used.
    """
    with nbgrader_for(course) as nbgrader:
        url = nbgrader.gradebook_url
        check_gradebook(url, nbgrader.course_id, assignment)
        limit = limits_of(nbgrader.app.config).output_characters
        with closing(Records(url, nbgrader.course_id, assignment)) as records:
            given = read_given(course, assignment)
            pages = Pages(course, known_assignment(assignment), given, records, limit)
            for student in students:
                yield _write(pages, course, student, assignment)


def _write(pages: Pages, course: Course, student: str, assignment: str) -> Page:
    """Write one page, whole or not at all."""
    folder = course.feedback(student, assignment)
    file = folder / f"{assignment}.html"
    try:
        text = pages.page(student)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
        copy_for_release(course.autograded(student, assignment), folder)
    except NotReadyError as error:
        return Page(student, None, str(error))
    except Exception as error:  # noqa: BLE001  one student's notebook must not stop the others'
        return Page(student, None, f"it failed with {type(error).__name__}: {error}")
    return Page(student, file)


def copy_for_release(graded: Path, folder: Path) -> None:
    """Put beside a page what nbgrader needs to release it, as far as it was handed in.

    `nbgrader release_feedback` stops, for everybody who comes after, where there is no timestamp; what is
    in it does not matter there. One that is no date was left aside when it was graded.
    """
    texts = {}
    for name in (TIMESTAMP_FILE, _KEY_FILE):
        file = graded / name
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LONGEST_OF_THESE:
            texts[name] = file.read_text(encoding="utf-8", errors="replace")
    if (graded / _KEY_FILE).is_file():
        texts.setdefault(TIMESTAMP_FILE, "")
    for name, text in texts.items():
        write_atomically(folder / name, text)
