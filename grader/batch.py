"""A whole class: what has to be graded, by several processes, and what has been graded already.

Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from testcases import PACKAGE_DIR
from testcases.core.protocol import Assignment

from .course import Course
from .course_secret import ensure_secret
from .errors import GraderError, UsageError
from .gradebook import Records, gradebook_url, prepare, shown_url
from .jailed import require_jail
from .nbgrader_course import nbgrader_for
from .pool import run_all
from .reading import read_items
from .releasing import known_assignment
from .results import Result, assemble, disagreements, read_record
from .run import Job, grade
from .shipping import CACHES
from .standing import unrecorded
from .submissions import Submission, choose_students, digest_of, examine, strays


@dataclass(frozen=True)
class Batch:
    """How a run over a class came out."""

    #: Sorted by student.
    results: tuple[Result, ...]
    #: How many of them were graded now; the others had not changed.
    fresh: int
    #: Where the grades are, as it may be printed.
    gradebook: str
    #: What nbgrader complained about.
    log: Path
    #: What lies in `submitted` and was not taken as a submission, one line each.
    strays: tuple[str, ...]


def grade_class(
    course: Course,
    assignment_name: str,
    *,
    students: Sequence[str] | None = None,
    jobs: int = 1,
    db: str | None = None,
    force: bool = False,
    jailed: bool = True,
    start: Callable[[int], Callable[[Result], None]],
) -> Batch:
    """Grade what has been handed in, except for what was graded before and has not changed.

    Args:
        course: the course.
        assignment_name: the assignment.
        students: only these; None for all.
        jobs: number of processes.
        db: address of the gradebook, if it is not the course's own.
        force: grade again what has not changed.
        jailed: run submissions in the jail; else unjailed, in nbgrader's own kernel.
        start: told how many submissions there are; gives back what is to be called with each result.

    Raises:
        UsageError: a student, the gradebook's address or the number of processes cannot be right.
        GraderError: nothing can be graded at all.
    """
    if jobs < 1:
        raise UsageError(f"Cannot grade with --jobs {jobs}: at least one process is needed.")
    chosen = choose_students(course, assignment_name, students)
    aside = tuple(strays(course, assignment_name, students))
    assignment, secret = known_assignment(assignment_name), ensure_secret(course)
    autograded = _working_folder(course.root / "autograded")
    log = autograded / f"{assignment_name}.log"
    with _alone(autograded), nbgrader_for(course) as nbgrader:
        url = gradebook_url(nbgrader, db)
        cells = prepare(nbgrader, assignment, url)
        if jailed:
            require_jail(course, assignment)
        basis = _basis(course, assignment, cells, secret, jailed)
        job = Job(course.root, assignment_name, url, basis, log, jailed)
        done = start(len(chosen))

        def fail(submission: Submission, error: Exception | None) -> Result:
            return unrecorded(course, assignment, submission, error, url, nbgrader.course_id)

        results: dict[str, Result] = {}
        waiting: list[Submission] = []
        with closing(Records(url, nbgrader.course_id, assignment_name)) as records:
            for submission in (
                examine(course, student, assignment_name, for_kernel=not jailed)
                for student in chosen
            ):
                known = None
                if not submission.recorded:
                    known = fail(submission, None)
                elif not force:
                    known = _known(course, assignment, submission, job, records)
                if known is None:
                    waiting.append(submission)
                else:
                    results[submission.student] = known
                    done(known)
        if waiting:
            log.unlink(missing_ok=True)
        with closing(run_all(partial(grade, job=job), waiting, jobs, log)) as work:
            for submission, outcome in work:
                if isinstance(outcome, Exception):
                    outcome = fail(submission, outcome)
                results[submission.student] = outcome
                done(outcome)
    ordered = tuple(results[student] for student in chosen)
    return Batch(ordered, len(waiting), shown_url(url), log, aside)


def _working_folder(folder: Path) -> Path:
    """A folder that can be written to, made if need be."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GraderError(
            f"Cannot make folder {folder}: {error.strerror}. Move away what is in its place."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise GraderError(
            f"Cannot write into {folder}: permission denied. Run: chmod u+rwx {folder}"
        )
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of the course while this one works; the system frees it if we are killed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GraderError(
            f"Cannot grade in {folder.parent}: another run is at work there. Wait until it is done."
        ) from None
    else:
        yield
    finally:
        os.close(descriptor)


def _basis(course: Course, assignment: Assignment, cells: str, secret: bytes, jailed: bool) -> str:
    """Digest of all that the grades rest on beside the submission. If it changes, all is graded again."""
    parts = (
        cells,
        digest_of(course.source(assignment.name), without={*CACHES, ".ipynb"}),
        digest_of(PACKAGE_DIR, without=CACHES),
        hashlib.sha256(course.config_file.read_bytes()).hexdigest(),
        hashlib.sha256(secret).hexdigest(),
        "jailed" if jailed else "unjailed",
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _known(
    course: Course, assignment: Assignment, submission: Submission, job: Job, records: Records
) -> Result | None:
    """The result of an earlier run, if nothing has changed since and its records are whole."""
    path = course.autograded(submission.student, assignment.name) / f"{assignment.name}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        record = read_record(notebook)
    except (OSError, ValueError, AttributeError):
        return None
    if record is None or (record.digest, record.basis) != (submission.digest, job.basis):
        return None
    grades = records.grades(submission.student)
    items = assignment.items
    if grades is None or {item.grade_id for item in items} != set(grades.by_id):
        return None
    if record.problem is None and disagreements(read_items(notebook, items), grades):
        return None
    return assemble(submission.student, assignment.name, items, notebook, record, grades)
