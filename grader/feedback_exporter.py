"""`nbgrader generate_feedback` and the formgrader's Generate Feedback button, with our pages.

Switched on by one line in nbgrader_config.py, `c.GenerateFeedback.exporter_class`, and by nothing else.
nbgrader makes the exporter when a run begins, asks it for the page of each graded notebook, and writes
down what it gets. None of its preprocessors and templates has a part in it.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException

from .course import Course, open_course
from .errors import GraderError
from .feedback import NotReadyError, Pages, copy_for_release
from .feedback_given import read_given
from .jail.limits import limits_of
from .nbgrader_course import nbgrader_for
from .records import Records
from .releasing import known_assignment
from .unjailed import LenientCourseDirectory


class FeedbackExporter(Exporter):
    """What nbgrader asks for feedback."""

    def __init__(self, **kwargs: Any) -> None:
        """Get ready for a run of nbgrader's GenerateFeedback, the `parent`.

        Raises:
            NbGraderException: no page can be made; the reason is in the log.
        """
        super().__init__(**kwargs)
        self.file_extension = ".html"
        try:
            if not isinstance(self.parent, GenerateFeedback):
                raise GraderError(
                    "Cannot use grader.feedback_exporter.FeedbackExporter: it serves nbgrader's "
                    "feedback only. Name it in c.GenerateFeedback.exporter_class, and nowhere else."
                )
            self._converter = self.parent
            self._course = open_course(Path(self.parent.coursedir.root))
            self._assignment = known_assignment(self.parent.coursedir.assignment_id)
            with nbgrader_for(self._course) as nbgrader:
                self._limit = limits_of(nbgrader.app.config).output_characters
        except GraderError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        self._given = read_given(self._course, self._assignment.name)
        _take_over(self._converter, self._course, self._assignment.name)

    def from_filename(  # type: ignore[override]  # nbconvert too returns text here
        self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a student.

        Args:
            filename: of the graded notebook; it is not looked at.
            resources: from nbgrader: whose it is.
            **kwargs: nbgrader gives none.

        Raises:
            NbGraderException: there is nothing to tell yet; the reason is in the log.
        """
        resources = {} if resources is None else resources
        resources["output_extension"] = self.file_extension
        student, name = resources["nbgrader"]["student"], self._assignment.name
        coursedir = self._converter.coursedir
        try:
            with closing(Records(coursedir.db_url, coursedir.course_id, name)) as records:
                pages = Pages(self._course, self._assignment, self._given, records, self._limit)
                page = pages.page(student)
        except NotReadyError as error:
            text = f"Cannot write feedback for {student!r}: {error}"
            self.log.error("%s", text)
            raise NbGraderException(text) from error
        folder = self._course.feedback(student, name)
        folder.mkdir(parents=True, exist_ok=True)
        copy_for_release(self._course.autograded(student, name), folder)
        return page, resources


def _take_over(converter: GenerateFeedback, course: Course, name: str) -> None:
    """Let nbgrader come to every graded notebook, and to nothing else.

    It stops at a timestamp that is no date, makes a page of each notebook that lies beside the graded
    one, and copies all other files of a hand-in next to the page, which needs none of them.
    """
    old = converter.coursedir
    options = old.trait_values(config=True) | {"ignore": ["*"]}
    converter.coursedir = LenientCourseDirectory(parent=old.parent, **options)
    converter.assignments = {
        folder: [str(Path(folder, f"{name}.ipynb"))]
        for folder in converter.assignments
        if (course.root / folder / f"{name}.ipynb").is_file()
    }
