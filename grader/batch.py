"""A whole class: what has to be graded, by whom, and what has been graded already.

Submissions go out to workers one by one, as they are needed, and come back judged; one recorder
writes them down. Memory does not grow with the class: results are kept on disk.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from testcases.core.protocol import Assignment

from . import __version__, unjailed
from .cluster import run_on_cluster
from .course import Course
from .course_secret import ensure_secret
from .errors import GraderError, UsageError, short_cause
from .gradebook import gradebook_url, prepare, readable, shown_url
from .jail.checkup import try_jail
from .jail.limits import limits_of
from .judge_files import require_own_judge
from .nbgrader_course import nbgrader_for
from .parcels import Graded, Kit, Parcel, digest_of_testcases, make_kit, read_parcel, refused
from .pool import run_all
from .progress import say
from .recorder import Recorder
from .records import Records
from .regrading import Earlier, basis
from .releasing import known_assignment
from .results import Grades, Result
from .shipping import CACHES, require_current
from .spool import Spool
from .standing import clear_up, unrecorded
from .stopping import Stopping
from .submissions import Submission, choose_students, digest_of, examine, strays
from .worker import settle, work
from .workplace import alone, working_folder


@dataclass(frozen=True)
class Options:
    """How a class is to be graded."""

    #: Only these students; None for all.
    students: Sequence[str] | None = None
    #: Number of processes on this machine.
    jobs: int = 1
    #: Address of a Dask scheduler whose workers do the work; None for processes on this machine.
    scheduler: str | None = None
    #: Address of the gradebook, if it is not the course's own.
    db: str | None = None
    #: Grade again what has not changed.
    force: bool = False
    #: Run submissions in the jail; else unjailed, in nbgrader's own kernel.
    jailed: bool = True


@dataclass(frozen=True)
class Change:
    """A submission that was graded before, and now has another score."""

    student: str
    before: float
    after: float


@dataclass(frozen=True)
class Batch:
    """How a run over a class came out."""

    #: Sorted by student.
    results: Spool
    #: How many of them were graded now; the others had not changed.
    fresh: int
    #: Where the grades are, as it may be printed.
    gradebook: str
    #: What nbgrader complained about.
    log: Path
    #: What lies in `submitted` and was not taken as a submission, one line each.
    strays: tuple[str, ...]
    #: Sorted by student.
    changes: tuple[Change, ...]


#: Told how many submissions there are; gives back what is to be called with each result, and with
#: whether it was graded now.
Start = Callable[[int], Callable[[Result, bool], None]]


def grade_class(course: Course, assignment_name: str, options: Options, start: Start) -> Batch:
    """Grade what has been handed in, except for what was graded before and has not changed.

    Raises:
        UsageError: a student, an address or the number of processes cannot be right.
        GraderError: nothing can be graded at all.
        KeyboardInterrupt: somebody wanted it to end. What was begun is recorded.
    """
    if options.jobs < 1:
        raise UsageError(
            f"Cannot grade with --jobs {options.jobs}: at least one process is needed. "
            "Give 1 or more, or leave --jobs out."
        )
    chosen = choose_students(course, assignment_name, options.students)
    aside = tuple(strays(course, assignment_name, options.students))
    require_own_judge(course)
    assignment = known_assignment(assignment_name)
    require_current(course, assignment)
    autograded = working_folder(course.root / "autograded")
    with ExitStack() as stack:
        stack.enter_context(alone(autograded))
        nbgrader = stack.enter_context(nbgrader_for(course))
        url = gradebook_url(nbgrader, options.db)
        secret = ensure_secret(course, url)
        cells = prepare(nbgrader, assignment, url)
        limits = limits_of(nbgrader.app.config)
        rests_on = basis_of(course, assignment, cells, secret, options.jailed)
        kit = make_kit(course, assignment, nbgrader, secret, limits, rests_on)
        if options.jailed and options.scheduler is None:
            try_jail(assignment, kit.given, kit.limits)
        with readable(url):
            records = Records(url, nbgrader.course_id, assignment.name)
        stack.enter_context(closing(records))
        clear_up(course, assignment.name)
        recorder = Recorder(nbgrader, course, assignment.items, records, kit.given)
        run = _Run(course, assignment, options, kit, records, recorder, url)
        run.results, run.done = Spool(chosen), start(len(chosen))
        gc.freeze()  # nbgrader is large; going through it again and again takes most of our time
        stopping = stack.enter_context(Stopping(run.under_way))
        run.go(chosen, stopping.asked)
    changes = tuple(sorted(run.changes, key=lambda change: change.student))
    return Batch(run.results, run.fresh - run.lost, shown_url(url), run.log, aside, changes)


class _Run:
    """One run over a class."""

    results: Spool
    done: Callable[[Result, bool], None]

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        options: Options,
        kit: Kit,
        records: Records,
        recorder: Recorder,
        url: str,
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._options = options
        self._kit = kit
        self._records = records
        self._recorder = recorder
        self._url = url
        self._earlier = Earlier(course, assignment, kit.basis, say)
        #: What the gradebook held on those that are being graded.
        self._before: dict[str, Grades | None] = {}
        self.log = course.root / "autograded" / f"{assignment.name}.log"
        self.fresh = 0
        #: Of these, the ones of which nothing could be recorded.
        self.lost = 0
        self.changes: list[Change] = []

    def go(self, students: Sequence[str], asked: Callable[[], bool]) -> None:
        """Grade them all, or as many as can be until it is asked to stop."""
        waiting = self._waiting(students)
        if self._options.jailed:
            self._jailed(waiting, asked)
        else:
            self._unjailed(waiting, asked)

    def under_way(self) -> int:
        """How many submissions have been begun, and have not come out yet."""
        return len(self._before)

    def _finish(self, submission: Submission, outcome: Result | Exception | None) -> None:
        """Note how a submission came out; an exception, or none at all, says why it did not."""
        begun = submission.student in self._before
        before = self._before.pop(submission.student, None)
        if not isinstance(outcome, Result):
            self.lost += begun
            outcome = unrecorded(self._course, self._assignment, submission, outcome, self._records)
        elif before is not None and before.spoken and round(before.total, 4) != outcome.score:
            change = Change(submission.student, round(before.total, 4), outcome.score)
            self.changes.append(change)
        self.results.add(outcome)
        self.done(outcome, begun)

    def _waiting(self, students: Sequence[str]) -> Iterator[Submission]:
        """The submissions that are to be graded now; with the others there is nothing to do."""
        for student in students:
            name = self._assignment.name
            submission = examine(self._course, student, name, for_kernel=not self._options.jailed)
            if not submission.recorded:
                self._finish(submission, None)
                continue
            try:
                before = self._records.grades(student)
            except SQLAlchemyError as error:  # it can be neither skipped nor recorded
                self._finish(submission, error)
                continue
            known = None if self._options.force else self._earlier.result(submission, before)
            if known is not None:
                self._finish(submission, known)
                continue
            if not self.fresh:
                self._begin()
            self.fresh += 1
            self._before[student] = before
            yield submission

    def _begin(self) -> None:
        """What has to be done once, before the first one is graded."""
        try:
            self.log.unlink(missing_ok=True)
            if self._options.jailed:
                self._recorder.prepare()
        except OSError as error:
            raise GraderError(
                f"Cannot write into {self.log.parent}: {short_cause(error)}. Make room there, or "
                "give yourself permission, then run the command again."
            ) from error

    def _jailed(self, waiting: Iterator[Submission], asked: Callable[[], bool]) -> None:
        out: dict[str, Submission] = {}
        parcels = self._parcels(waiting, out)
        if self._options.scheduler is not None:
            working = run_on_cluster(self._options.scheduler, self._kit, parcels, stopping=asked)
        else:
            setup = partial(settle, self._kit)
            working = run_all(
                work, parcels, self._options.jobs, self.log, setup=setup, stopping=asked
            )
        with closing(working):
            for parcel, outcome in working:
                submission = out.pop(parcel.student)
                self._finish(submission, self._recorded(outcome))

    def _parcels(
        self, waiting: Iterator[Submission], out: dict[str, Submission]
    ) -> Iterator[Parcel]:
        """What goes out to workers; what need not go out is recorded at once."""
        kit = self._kit
        for submission in waiting:
            student, digest, problem = submission.student, submission.digest, submission.problem
            if problem is not None:
                notes = submission.notes
                void = refused(kit.assignment, student, digest, kit.basis, problem, notes)
                self._finish(submission, self._recorded(void))
                continue
            try:
                folder = self._course.submitted(student, kit.assignment)
                parcel = read_parcel(folder, kit, submission)
            except OSError as error:
                self._finish(submission, error)
                continue
            out[student] = submission
            yield parcel

    def _recorded(self, outcome: Graded | Exception) -> Result | Exception:
        if isinstance(outcome, Exception):
            return outcome
        try:
            return self._recorder.record(self._assignment.name, outcome)
        except Exception as error:  # noqa: BLE001  one submission's fault never touches another
            return error

    def _unjailed(self, waiting: Iterator[Submission], asked: Callable[[], bool]) -> None:
        job = unjailed.Job(
            self._course.root, self._assignment.name, self._url, self._kit.basis, self.log
        )
        grade, jobs = partial(unjailed.grade, job=job), self._options.jobs
        with closing(run_all(grade, waiting, jobs, self.log, stopping=asked)) as working:
            for submission, outcome in working:
                self._finish(submission, outcome)


def basis_of(
    course: Course, assignment: Assignment, cells: str, secret: bytes, jailed: bool
) -> str:
    """All that the grades rest on beside the submission. If it changes, all is graded again."""
    return basis(
        version=__version__,
        cells=cells,
        source=digest_of(course.source(assignment.name), without=CACHES),
        testcases=digest_of_testcases(),
        configuration=hashlib.sha256(course.config_file.read_bytes()).hexdigest(),
        secret=hashlib.sha256(secret).hexdigest(),
        jail="jailed" if jailed else "unjailed",
    )
