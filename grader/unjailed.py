"""`grader grade --no-jail`: one submission in nbgrader's own kernel, graded and recorded by a worker.

nbgrader's autograder runs the notebook with all our rights and reads the number that each test cell
shows. Then the judgements in the cells are read, the gradebook is made to agree with them, and last of
all the record goes into the autograded notebook: a submission without one was not graded to the end,
and is graded again by the next run.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree

from testcases import load_assignment
from testcases.core.protocol import Assignment

from .course import Course, open_course
from .errors import short_cause
from .nbgrader_course import Nbgrader, nbgrader_for
from .notebooks import Notebook, dump
from .parcels import refused
from .reading import read_items
from .records import Records, Scores, no_penalty
from .results import Record, Result, assemble, disagreements, write_record
from .standing import NotGradedError, let_go, put_aside
from .submissions import Submission, copied_cells, read_timestamp
from .writing import write_atomically

_DAMAGED_METADATA = (
    "the nbgrader metadata of its cells is damaged; copy the student's answers into a fresh release"
)
#: Signs, in what nbgrader logs, of a fault that lies in the submission, and what they mean to the
#: person who has to do something about it. What has none of these signs is not held against it.
_MEANINGS = {
    "DeadKernelError": "the Python process died while it ran (was memory short? did it call exit?); "
    "run the notebook by hand to see where",
    "unresponsive": "it could not be stopped when its time was up; look for an endless loop",
    "use an old version": "its nbgrader metadata is of an old version; run: nbgrader update .",
    "use an newer version": "its nbgrader metadata is of a newer version than this nbgrader knows",
    "ValidationError": _DAMAGED_METADATA,
    "MissingEntry": _DAMAGED_METADATA,
    "KeyError: 'grade_id'": _DAMAGED_METADATA,
    "partial credit cannot be greater": "a test cell of it shows more points than it is worth",
}


@dataclass(frozen=True)
class Job:
    """What a worker must know beside the submission."""

    root: Path
    assignment: str
    url: str
    #: See `Record.basis`.
    basis: str
    #: File that takes what nbgrader complains about.
    log: Path


class LenientCourseDirectory(CourseDirectory):
    """nbgrader's course folder; a timestamp that cannot be read counts as none."""

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """When the submission in this folder was handed in, if that is known."""
        return read_timestamp(Path(dest_path))[0]


class _AutogradeOne(Autograde):
    """nbgrader's autograder for one student, whose name is never read as a pattern."""

    submission: Submission

    def init_notebooks(self) -> None:
        """Choose the one notebook, where nbgrader would search with wildcards."""
        name = self.submission.assignment
        folder = self._format_source(name, self.submission.student)
        self.assignments = {folder: [str(Path(folder) / f"{name}.ipynb")]}
        self.notebooks: list[str] = []


class Bench:
    """A worker's own nbgrader and connection to the gradebook, used for one submission after another."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.course: Course = open_course(job.root)
        self.assignment: Assignment = load_assignment(job.assignment)
        self._lasting = ExitStack()  # until the process ends
        self.nbgrader: Nbgrader = self._lasting.enter_context(nbgrader_for(self.course))
        self.records = Records(job.url, self.nbgrader.course_id, job.assignment)

    def run(self, submission: Submission) -> str | None:
        """Run a submission and record its scores: the problem, if it is its own fault.

        Raises:
            NotGradedError: something else went wrong.
        """
        return submission.problem or self._autograde(submission)

    def _autograde(self, submission: Submission) -> str | None:
        """Let nbgrader grade a submission; the problem, if that failed through its own fault.

        Raises:
            NotGradedError: it failed for another reason, or for none that is known.
        """
        coursedir = LenientCourseDirectory(
            parent=self.nbgrader.app,
            root=str(self.course.root),
            db_url=self.job.url,
            assignment_id=submission.assignment,
            student_id=submission.student,
        )
        # nbgrader's own exporter, whatever the configuration names: here nothing is jailed.
        converter = _AutogradeOne(
            coursedir=coursedir, parent=self.nbgrader.app, exporter_class=NotebookExporter
        )
        converter.submission = submission
        converter.force = True  # whether there is anything to do was decided before
        complaints = self.nbgrader.handler.complaints
        complaints.clear()
        try:
            converter.start()
        except (Exception, SystemExit) as error:  # noqa: BLE001  nbgrader has logged what it was
            complaints.append(f"{type(error).__name__}: {error}")
            return self._meaning(submission)
        finally:
            self._log(submission, complaints)
        return None

    def _meaning(self, submission: Submission) -> str:
        """What about the submission made nbgrader fail, as a person can use it."""
        folder = self.course.submitted(submission.student, submission.assignment)
        copied = copied_cells(folder / f"{submission.assignment}.ipynb")
        if copied:
            return (
                f"it has more than one cell {' and '.join(copied)}; delete the copies (they may be "
                "in the middle of the notebook)"
            )
        causes = self.nbgrader.handler.causes()
        for sign, meaning in _MEANINGS.items():
            if any(sign in cause for cause in causes):
                return meaning
        raise NotGradedError(self.nbgrader.handler.cause())

    def _log(self, submission: Submission, complaints: list[str]) -> None:
        """Append the complaints to the log in one piece, whoever else is writing there."""
        if complaints:
            text = f"== {submission.student!r}\n" + "\n".join(complaints) + "\n\n"
            descriptor = os.open(self.job.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            with os.fdopen(descriptor, "ab", buffering=0) as file:
                file.write(text.encode("utf-8", "backslashreplace"))


@cache
def _bench(job: Job) -> Bench:
    """This process's bench."""
    return Bench(job)


def grade(submission: Submission, job: Job) -> Result:
    """Grade and record one submission, whatever is wrong with it.

    Raises:
        NotGradedError: something else is wrong. See `standing` for what has to be done then.
    """
    try:
        bench = _bench(job)
        folder = bench.course.autograded(submission.student, job.assignment)
        put_aside(folder)
        result = _grade(bench, submission)
        let_go(folder)
    except NotGradedError:
        raise
    except Exception as error:  # whatever it is, it must survive the way to the parent process
        raise NotGradedError(short_cause(error)) from error
    return result


def _grade(bench: Bench, submission: Submission) -> Result:
    job, student = bench.job, submission.student
    problem = bench.run(submission)
    folder = bench.course.autograded(student, job.assignment)
    path = folder / f"{job.assignment}.ipynb"
    items = bench.assignment.items
    notes = submission.notes
    if problem is None:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        record = Record(
            submission.digest, job.basis, None, notes + _corrected(bench, student, notebook)
        )
        write_record(notebook, record)
        text = dump(notebook)
        grades = bench.records.grades(student)
    else:
        handed_in, _ = read_timestamp(bench.course.submitted(student, job.assignment))
        zeros = {item.grade_id: 0.0 for item in items}
        void = refused(job.assignment, student, submission.digest, job.basis, problem, notes)
        notebook, record, text = void.told, void.record, void.text
        grades = bench.records.write(Scores(student, handed_in, zeros, void=True), no_penalty)
        if folder.exists():
            rmtree(str(folder))
        folder.mkdir(parents=True)
    write_atomically(path, text)
    if grades is None:
        raise NotGradedError("the gradebook lost its row while it was graded")
    return assemble(student, job.assignment, items, notebook, record, grades)


def _corrected(bench: Bench, student: str, notebook: Notebook) -> tuple[str, ...]:
    """Make the gradebook agree with the judge; a note if nbgrader had counted otherwise."""
    readings = read_items(notebook, bench.assignment.items)
    grades = bench.records.grades(student)
    wrong = disagreements(readings, grades) if grades is not None else {}
    bench.records.set_scores(student, wrong)
    corrected = [grade_id for grade_id in wrong if readings[grade_id].trouble is None]
    if not corrected:
        return ()
    return (
        f"nbgrader by itself would have counted otherwise for {', '.join(corrected)} (did "
        "something print a warning?); the judge's points were recorded",
    )
