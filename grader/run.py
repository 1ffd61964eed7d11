"""One submission, graded and recorded. Everything here happens in a worker process.

It runs in the jail (`jailed`), or, if the operator insists, unjailed in nbgrader's own autograder,
which runs the notebook in a kernel and reads the number that each test cell shows. Then the judgements
in the cells are read, the gradebook is made to agree with them, and last of all the record goes into
the autograded notebook: a submission without one was not graded to the end, and is graded again by
the next run.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree

from testcases import load_assignment
from testcases.core.protocol import Assignment

from .course import Course, open_course
from .errors import short_cause
from .gradebook import Records
from .graft import UnreadableError
from .jailed import JailBench
from .nbgrader_course import Nbgrader, nbgrader_for
from .notebooks import Notebook
from .reading import read_items
from .recorder import Entry, Recorder
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
    #: Whether submissions run in a jail, by our own engine, or unjailed in nbgrader's kernel.
    jailed: bool


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
        if job.jailed:
            bench = JailBench(self.course, self.assignment, self.nbgrader)
            self._jail_bench = self._lasting.enter_context(closing(bench))
            recorder = Recorder(self.nbgrader, self.course, job.assignment, job.url)
            self._recorder = self._lasting.enter_context(closing(recorder))

    def run(self, submission: Submission) -> tuple[str | None, Sequence[str]]:
        """Run and record a submission: the problem, if it is its own fault, and notes.

        Raises:
            NotGradedError: something else went wrong.
        """
        if submission.problem is not None:
            return submission.problem, ()
        if not self.job.jailed:
            return self._autograde(submission), ()
        try:
            run = self._jail_bench.run(submission.student)
        except UnreadableError as error:
            return str(error).removesuffix("."), ()
        handed_in, _ = read_timestamp(
            self.course.submitted(submission.student, submission.assignment)
        )
        readings = read_items(run.notebook, self.assignment.items)
        scores = {
            name: 0.0 if name in run.unanswered else reading.score
            for name, reading in readings.items()
        }
        text = json.dumps(run.notebook, indent=1, ensure_ascii=False) + "\n"
        self._recorder.record(
            Entry(submission.student, handed_in, scores, run.unanswered, text, run.files)
        )
        return None, run.notes

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
        converter = _AutogradeOne(coursedir=coursedir, parent=self.nbgrader.app)
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
    job = bench.job
    problem, noticed = bench.run(submission)
    path = bench.course.autograded(submission.student, job.assignment) / f"{job.assignment}.ipynb"
    items = bench.assignment.items
    notes = [*submission.notes, *noticed]
    if problem is None:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        readings = read_items(notebook, items)
        grades = bench.records.grades(submission.student)
        wrong = disagreements(readings, grades) if grades is not None else {}
        bench.records.set_scores(submission.student, wrong)
        corrected = [grade_id for grade_id in wrong if readings[grade_id].trouble is None]
        if corrected:
            notes.append(
                f"nbgrader by itself would have counted otherwise for {', '.join(corrected)} (did "
                "something print a warning?); the judge's points were recorded"
            )
    else:
        handed_in, _ = read_timestamp(bench.course.submitted(submission.student, job.assignment))
        bench.records.record_zero(submission.student, handed_in, [item.grade_id for item in items])
        notebook = _placeholder(path, problem)
    record = Record(submission.digest, job.basis, problem, tuple(notes))
    write_record(notebook, record)
    write_atomically(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    grades = bench.records.grades(submission.student)
    if grades is None:
        raise NotGradedError("the gradebook lost its row while it was graded")
    return assemble(submission.student, job.assignment, items, notebook, record, grades)


def _placeholder(path: Path, problem: str) -> Notebook:
    """A notebook that stands where there is none to show, so that feedback tells the student why."""
    if path.parent.exists():
        rmtree(str(path.parent))
    path.parent.mkdir(parents=True)
    text = (
        "# This notebook could not be graded\n\n"
        f"The reason: {html.escape(problem)}.\n\n"
        "It counts 0 points until this is mended. Your teacher has been told."
    )
    cell: dict[str, Any] = {
        "cell_type": "markdown",
        "id": "not-graded",
        "metadata": {},
        "source": text,
    }
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
