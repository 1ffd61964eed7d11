"""One submission graded once more, with every case kept: what was given, expected and returned.

The path is that of `grader grade`: the same kit, parcel, graft, jail, cases and judge, in a worker process
of its own. Nothing is recorded: no gradebook, no folder of the course is written to.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

from testcases.core.protocol import Assignment, Item, Observation, PartResult
from testcases.secret import SECRET_FILE

from . import unjailed
from .batch import basis_of
from .bench import Bench
from .course import CONFIG_FILE, Course
from .course_secret import ensure_secret
from .engine import Trial
from .errors import GraderError, short_cause
from .gradebook import gradebook_url, prepare
from .jail.limits import limits_of
from .nbgrader_course import Nbgrader, nbgrader_for
from .parcels import Graded, Kit, Parcel, make_kit, read_parcel, refused
from .pool import WorkerDiedError, run_all
from .reading import Reading, read_items
from .records import Records
from .releasing import known_assignment
from .replay_cases import SeenCase, look_at
from .replay_records import Comparison, Recorded, compare, read_recorded, untouched
from .results import read_record
from .submissions import Submission, examine, read_timestamp


@dataclass(frozen=True)
class Ran:
    """What a worker sends back of a submission."""

    graded: Graded
    #: None without a jail, and of what could not be read: then there is no more than the notebook.
    trial: Trial | None


@dataclass(frozen=True)
class ReplayedItem:
    """One item, as it came out this time."""

    item: Item
    reading: Reading
    #: What the autograder gives for it; None where a person decides.
    points: float | None
    #: All mistakes that were found, the one to mend first at the beginning.
    mistakes: tuple[str, ...]
    #: Piece by piece; empty if the run did not keep it.
    parts: tuple[PartResult, ...]
    cases: tuple[SeenCase, ...]


@dataclass(frozen=True)
class Replay:
    """One submission, graded once more."""

    submission: Submission
    #: When it was handed in, as UTC; empty if that is not known.
    handed_in: str
    #: As they were handed in: name → content. Empty if they cannot be read.
    files: Mapping[str, bytes]
    graded: Graded
    #: Of all that the replay rests on beside the submission; see `Record.basis`.
    basis: str
    jailed: bool
    items: tuple[ReplayedItem, ...]
    recorded: Recorded | None
    comparison: Comparison


class _WatchedBench(Bench):
    """A bench that keeps the trial of its last submission."""

    trial: Trial | None = None

    def _try(self, *arguments: Any) -> Trial:
        self.trial = super()._try(*arguments)
        return self.trial


def _run_jailed(parcel: Parcel, kit: Kit) -> Ran:
    """In a worker: run and judge a submission."""
    with closing(_WatchedBench(kit)) as bench:
        graded = bench.run(parcel)
        return Ran(graded, bench.trial)


def replay(
    course: Course, name: str, student: str, db: str | None = None, jailed: bool = True
) -> Replay:
    """Grade one submission once more, and keep every case. Nothing is recorded.

    Args:
        course: the course.
        name: the assignment.
        student: whose submission; it lies in `submitted`.
        db: address of the gradebook, if it is not the course's own.
        jailed: run it in the jail; else in nbgrader's own kernel, in a copy of the course.

    Raises:
        UsageError: the address is none.
        GraderError: it cannot be replayed.
    """
    assignment, secret = known_assignment(name), _secret_of(course)
    submission = examine(course, student, name, for_kernel=not jailed)
    if not submission.recorded:
        raise GraderError(f"Cannot replay {student!r}: {submission.problem}.")
    with nbgrader_for(course) as nbgrader, untouched(gradebook_url(nbgrader, db)) as url:
        cells = prepare(nbgrader, assignment, url)
        recorded = read_recorded(course, assignment, student, url, nbgrader.course_id)
        basis = basis_of(course, assignment, cells, secret, jailed)
        limits = limits_of(nbgrader.app.config)
        kit = make_kit(course, assignment, nbgrader, secret, limits, basis)
        folder = course.submitted(student, name)
        handed_in, _ = read_timestamp(folder)
        files: Mapping[str, bytes] = {}
        if submission.problem is None:
            try:
                parcel = read_parcel(folder, kit, submission)
            except OSError as error:
                raise GraderError(
                    f"Cannot replay {student!r}: {short_cause(error)}. Run: chmod -R u+rX {quote(str(folder))}"
                ) from error
            files = parcel.files
            if jailed:
                ran = _jailed(parcel, kit)
            else:
                ran = _unjailed(course, assignment, nbgrader, submission, basis)
        else:
            notes, problem = submission.notes, submission.problem
            ran = Ran(refused(name, student, submission.digest, basis, problem, notes), None)
    items = _items(assignment, ran, kit, student)
    points = {one.item.grade_id: one.points for one in items}
    comparison = compare(recorded, submission.digest, basis, points)
    when = f"{handed_in:%Y-%m-%d %H:%M:%S} UTC" if handed_in is not None else ""
    return Replay(submission, when, files, ran.graded, basis, jailed, items, recorded, comparison)


def _secret_of(course: Course) -> bytes:
    """The course's secret; none is made, since no grade could come from it."""
    if not (course.root / SECRET_FILE).exists():
        raise GraderError(
            f"Cannot replay: the course secret {course.root / SECRET_FILE} is missing, so the hidden "
            "cases are not known. Restore it from your backup; or, if nothing was graded yet, run: "
            "grader grade"
        )
    return ensure_secret(course)


def _jailed(parcel: Parcel, kit: Kit) -> Ran:
    work = partial(_run_jailed, kit=kit)
    return _only(run_all(work, [parcel], 1, Path(os.devnull)), parcel.student)


def _only(outcomes: Generator[tuple[Any, Any], None, None], student: str) -> Any:
    """The outcome of the one task there was."""
    with closing(outcomes):
        [(_, outcome)] = outcomes
    if isinstance(outcome, GraderError):
        raise outcome
    if isinstance(outcome, WorkerDiedError):
        raise GraderError(
            f"Cannot replay {student!r}: the process died over it (was memory short?). Make room, "
            "then run the command again."
        )
    if isinstance(outcome, Exception):
        raise GraderError(
            f"Cannot replay {student!r}: {short_cause(outcome)}. See whether this machine can grade: "
            "grader doctor"
        ) from outcome
    return outcome


def _unjailed(
    course: Course,
    assignment: Assignment,
    nbgrader: Nbgrader,
    submission: Submission,
    basis: str,
) -> Ran:
    """Let nbgrader grade it in a copy of the course, with a gradebook of its own."""
    name, student = assignment.name, submission.student
    with tempfile.TemporaryDirectory(prefix="grader-replay-") as place:
        copy = Course(Path(place).resolve())
        try:
            for file in (CONFIG_FILE, SECRET_FILE):
                shutil.copy(course.root / file, copy.root)
            shutil.copytree(course.source(name), copy.source(name))
            handed_in = course.submitted(student, name)
            shutil.copytree(handed_in, copy.submitted(student, name), symlinks=True)
        except OSError as error:
            raise GraderError(
                f"Cannot copy the submission of {student!r} to run it: {short_cause(error)}. See that "
                f"all of {course.submitted(student, name)} can be read, and that the disk is not full."
            ) from error
        (copy.root / "autograded").mkdir()
        url = f"sqlite:///{copy.gradebook}"
        with nbgrader_for(copy) as its_nbgrader:
            prepare(its_nbgrader, assignment, url)
        job = unjailed.Job(copy.root, name, url, basis, copy.root / "autograded" / f"{name}.log")
        work = partial(unjailed.grade, job=job)
        _only(run_all(work, [submission], 1, job.log), student)
        text = (copy.autograded(student, name) / f"{name}.ipynb").read_text(encoding="utf-8")
        with closing(Records(url, nbgrader.course_id, name)) as records:
            grades = records.grades(student)
    notebook = json.loads(text)
    record = read_record(notebook)
    assert record is not None  # it was graded to the end
    assert grades is not None
    unanswered = frozenset(
        item.grade_id
        for item in assignment.items
        if item.manual and grades.by_id[item.grade_id].auto == 0
    )
    return Ran(Graded(student, record, text, notebook, unanswered, {}), None)


def _items(assignment: Assignment, ran: Ran, kit: Kit, student: str) -> tuple[ReplayedItem, ...]:
    graded = ran.graded
    if graded.record.problem is not None:
        text = f"This notebook could not be graded: {graded.record.problem}."
        nothing = Reading(0.0, "error", None, text)
        return tuple(ReplayedItem(item, nothing, 0.0, (), (), ()) for item in assignment.items)
    readings = read_items(graded.told, assignment.items)
    items = []
    for item in assignment.items:
        name = item.grade_id
        points = 0.0 if name in graded.unanswered else readings[name].score
        mistake = readings[name].mistake
        mistakes: tuple[str, ...] = () if mistake is None else (mistake,)
        parts: tuple[PartResult, ...] = ()
        seen: dict[int, Observation] = {}
        cases = () if item.manual else tuple(assignment.cases(item, kit.secret, student))
        if ran.trial is not None and not item.manual:
            judgement = ran.trial.judgements[name]
            mistakes, parts = judgement.mistakes, judgement.parts
            seen = dict(enumerate(ran.trial.seen[name]))
        known = tuple(
            look_at(assignment.oracle, item, case, seen.get(number))
            for number, case in enumerate(cases)
        )
        items.append(ReplayedItem(item, readings[name], points, mistakes, parts, known))
    return tuple(items)
