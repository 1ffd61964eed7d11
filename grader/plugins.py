"""`nbgrader autograde` and the formgrader's Autograde button, with our graft, jail, judge and recorder.

Switched on by one line in nbgrader_config.py, `c.Autograde.exporter_class`, and by nothing else.

Theory of operation
    nbgrader makes an exporter when a run begins, and asks it twice for each submission: for the
    notebook in submitted/, made clean, and for the one that it then has in autograded/, executed.
    It writes down what it gets, both times. Between the two it would run the student's code in a
    kernel with all our rights.
    This exporter looks at the machine and the course when it is made, so that nothing has been
    touched if no jail can be set up. Asked for a submission, it reads the student's folder as bytes,
    runs and judges them as `grader grade` does, lets the same recorder write them down, and hands
    nbgrader the notebook that the recorder wrote. Asked a second time, it hands that on.
    nbgrader never opens a notebook that a student wrote, and runs none of its preprocessors: what
    they would do has been done.

What nbgrader does before it makes an exporter, and between, is mended where it gets in the way of
honest work (see `_Sitting.take_over`); what is left is listed in docs/operator.md.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, NbGraderException

from testcases import PACKAGE_DIR

from .batch import basis_of
from .course import Course, open_course
from .course_secret import ensure_secret
from .errors import GraderError
from .gradebook import prepare
from .jail.limits import limits_of
from .judge_files import require_own_judge
from .nbgrader_course import Nbgrader, nbgrader_for
from .parcels import Graded, make_kit, read_parcel, refused
from .platforms import require_linux
from .recorder import Recorder
from .records import Records
from .releasing import known_assignment
from .results import Result
from .shipping import CACHES
from .submissions import Submission, digest_of, examine
from .terminal import printable
from .unjailed import LenientCourseDirectory
from .worker import ready, work
from .workplace import alone, working_folder

_READABLE_AND_OURS = 0o644


def _digest_of_judge() -> str:
    return digest_of(PACKAGE_DIR, without=CACHES)


#: What judges in this process. A server lives long, and its files may change under it.
_LOADED = _digest_of_judge()


class JailedExporter(NotebookExporter):
    """What nbgrader's autograder asks for notebooks: they come from the jail, judged and recorded."""

    def __init__(self, **kwargs: Any) -> None:
        """Get ready for a run of nbgrader's autograder, the `parent`.

        Raises:
            NbGraderException: nothing can be graded; the reason is in the log.
        """
        super().__init__(**kwargs)
        with _told(self.log):
            if not isinstance(self.parent, Autograde):
                raise GraderError(
                    "Cannot use grader.plugins.JailedExporter: it serves nbgrader's autograder "
                    "only. Name it in c.Autograde.exporter_class, and nowhere else."
                )
            self._sitting = _Sitting(self.parent)
            self._sitting.take_over(self.parent)

    def from_filename(  # type: ignore[override]  # nbconvert too returns text here
        self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The graded notebook, whichever of a student's notebooks nbgrader names.

        Args:
            filename: in submitted/, if the submission has still to be graded; else in autograded/.
            resources: from nbgrader: whose it is.
            **kwargs: nbgrader gives none.
        """
        resources = {} if resources is None else resources
        resources["output_extension"] = self.file_extension
        student = resources["nbgrader"]["student"]
        path = self._sitting.place(student)
        if Path(filename).parent.resolve() != path.parent.resolve():
            with _told(self.log):
                self._tell(self._sitting.grade(student))
            path.chmod(_READABLE_AND_OURS)  # nbgrader writes it again
        return path.read_text(encoding="utf-8"), resources

    def _tell(self, result: Result) -> None:
        student = printable(result.student)
        self.log.info("%s: %g of %g points", student, result.score, result.max_score)
        for note in result.notes:
            self.log.warning("%s: %s", student, printable(note))


@contextmanager
def _told(log: logging.Logger) -> Iterator[None]:
    """Say what goes wrong in nbgrader's way: in its log, and by its own exception."""
    try:
        yield
    except GraderError as error:
        log.error("%s", error)
        raise NbGraderException(str(error)) from error


class _Sitting:
    """One run of nbgrader's autograder: over a class, or over one student."""

    def __init__(self, converter: Autograde) -> None:
        """Look at the course, the gradebook and the machine. No submission is touched.

        Raises:
            GraderError: nothing can be graded.
        """
        require_linux("grade")
        if _digest_of_judge() != _LOADED:
            raise GraderError(
                f"Cannot grade: the files in {PACKAGE_DIR} have changed since this process began. "
                "Start the Jupyter server anew."
            )
        self._course = open_course(Path(converter.coursedir.root))
        require_own_judge(self._course)
        self._assignment = known_assignment(converter.coursedir.assignment_id)
        self._url = converter.coursedir.db_url
        config = hashlib.sha256(self._course.config_file.read_bytes()).hexdigest()
        self._nbgrader = _nbgrader_of(self._course, config)
        secret = ensure_secret(self._course, self._url)
        with alone(self._autograded):
            cells = prepare(self._nbgrader, self._assignment, self._url)
        basis = basis_of(self._course, self._assignment, cells, secret, jailed=True)
        self._kit = make_kit(
            self._course,
            self._assignment,
            self._nbgrader,
            secret,
            limits_of(self._nbgrader.app.config),
            basis,
        )
        self._laid_out = False
        ready(self._kit)

    @property
    def _autograded(self) -> Path:
        return working_folder(self._course.root / "autograded")

    def place(self, student: str) -> Path:
        """Where a student's graded notebook is."""
        name = self._assignment.name
        return self._course.autograded(student, name) / f"{name}.ipynb"

    def take_over(self, converter: Autograde) -> None:
        """Let nbgrader come to every hand-in that it would pass over or stumble on by itself.

        It looks for notebooks of the right name, reads wildcards in students' names, stops at a
        timestamp that is no date, and copies a hand-in's files along links and into pipes. The
        recorder lays out the folder, so nothing of it is to be copied.
        """
        old, name = converter.coursedir, self._assignment.name
        options = old.trait_values(config=True) | {"ignore": ["*"]}
        converter.coursedir = LenientCourseDirectory(parent=old.parent, **options)
        wanted, known = old.student_id, self._course.students(name)
        students = [wanted] if wanted in known else [s for s in known if fnmatchcase(s, wanted)]
        if students:
            folders = [old.format_path(old.submitted_directory, s, name) for s in students]
            converter.assignments = {
                folder: [str(Path(folder, f"{name}.ipynb"))] for folder in folders
            }

    def grade(self, student: str) -> Result:
        """Run, judge and record one submission.

        Raises:
            GraderError, OSError, SQLAlchemyError: that is not possible, and it is not its fault.
        """
        name = self._assignment.name
        submission = examine(self._course, student, name)
        if not submission.recorded:
            raise GraderError(f"Cannot grade {student!r}: {submission.problem}.")
        course_id = self._nbgrader.course_id
        with (
            alone(self._autograded),
            closing(Records(self._url, course_id, name)) as records,
        ):
            graded = self._run(submission)
            recorder = Recorder(
                self._nbgrader, self._course, self._assignment.items, records, self._kit.given
            )
            if not self._laid_out:
                recorder.prepare()
                self._laid_out = True
            return recorder.record(name, graded)

    def _run(self, submission: Submission) -> Graded:
        kit, student = self._kit, submission.student
        if submission.problem is not None:
            digest, notes = submission.digest, submission.notes
            return refused(kit.assignment, student, digest, kit.basis, submission.problem, notes)
        folder = self._course.submitted(student, kit.assignment)
        return work(read_parcel(folder, kit, submission), kit)


@cache
def _nbgrader_of(course: Course, config: str) -> Nbgrader:
    """nbgrader as the course configures it now; made anew only when the configuration changes."""
    with nbgrader_for(course) as nbgrader:
        return nbgrader
