"""HTML feedback through nbgrader's own generator. Import only inside commands: nbgrader is slow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from nbgrader.converters import GenerateFeedback

from .course import Course, check_names
from .errors import GraderError, UsageError
from .feedback_notes import add_notes
from .jail.limits import limits_of
from .nbgrader_course import Nbgrader, check_gradebook, nbgrader_for
from .records import Records
from .results import read_record
from .unjailed import LenientCourseDirectory


@dataclass(frozen=True)
class Page:
    """One student's feedback."""

    student: str
    #: The page; None if it could not be written.
    file: Path | None
    #: Why there is none.
    problem: str | None = None


class _FeedbackForOne(GenerateFeedback):
    """nbgrader's feedback for one student, whose name is never read as a pattern."""

    notebook: Path

    def init_notebooks(self) -> None:
        """Choose the one notebook, where nbgrader would search with wildcards."""
        self.assignments = {str(self.notebook.parent): [str(self.notebook)]}
        self.notebooks: list[str] = []


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
            f"under that name. List those who did with: ls {quote(str(course.root / 'submitted'))}"
        )
    if unknown:
        raise UsageError(
            f"Cannot write feedback for {', '.join(map(repr, unknown))}: not graded. "
            f"Run: grader grade {assignment} {' '.join(f'--student={quote(each)}' for each in unknown)}"
        )
    return graded if wanted is None else sorted(set(wanted))


def write_feedback(course: Course, assignment: str, students: Sequence[str]) -> Iterator[Page]:
    """Write the feedback of these students, one after another.

    Raises:
        GraderError: the gradebook cannot be used.
    """
    with nbgrader_for(course) as nbgrader:
        url = nbgrader.gradebook_url
        check_gradebook(url, nbgrader.course_id, assignment)
        with closing(Records(url, nbgrader.course_id, assignment)) as records:
            for student in students:
                problem = _not_ready(course, student, assignment, records)
                if problem is None:
                    problem = _generate(nbgrader, course, student, assignment)
                file = course.feedback(student, assignment) / f"{assignment}.html"
                yield Page(student, None if problem else file, problem)


def _not_ready(course: Course, student: str, assignment: str, records: Records) -> str | None:
    """Why the graded notebook of a student cannot be used, or None."""
    path = course.autograded(student, assignment) / f"{assignment}.ipynb"
    try:
        whole = read_record(json.loads(path.read_text(encoding="utf-8"))) is not None
    except (OSError, ValueError, AttributeError):
        whole = False
    if not whole:
        return "it was not graded to the end; run grader grade again"
    if records.grades(student) is None:
        return (
            "it is not in the gradebook; run grader grade again (for a gradebook elsewhere, set "
            "c.CourseDirectory.db_url in nbgrader_config.py)"
        )
    return None


def _generate(nbgrader: Nbgrader, course: Course, student: str, assignment: str) -> str | None:
    """Let nbgrader write one student's page; the problem, if that failed."""
    coursedir = LenientCourseDirectory(
        parent=nbgrader.app,
        root=str(course.root),
        assignment_id=assignment,
        student_id=student,
    )
    converter = _FeedbackForOne(coursedir=coursedir, parent=nbgrader.app)
    converter.notebook = course.autograded(student, assignment) / f"{assignment}.ipynb"
    converter.force = True
    add_notes(converter, limits_of(nbgrader.app.config).output_characters)
    nbgrader.handler.complaints.clear()
    try:
        converter.start()
    except Exception as error:  # noqa: BLE001  one student's notebook must not stop the others'
        nbgrader.handler.complaints.append(f"{type(error).__name__}: {error}")
        return f"nbgrader failed with {nbgrader.handler.cause()}"
    for copy in course.feedback(student, assignment).glob("*.ipynb"):
        copy.unlink()  # nbgrader's list of what to leave out fails on names with brackets in them
    return None
