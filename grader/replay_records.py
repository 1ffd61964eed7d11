"""What is on record of a submission, read without leaving a trace, and how a replay compares with it.

Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from testcases.core.protocol import Assignment

from .course import Course
from .errors import GraderError
from .gradebook import readable, shown_url
from .reading import Reading, read_items
from .records import Records
from .regrading import difference
from .results import Grades, Record, read_record
from .words import were

_READ_ONLY = "-c default_transaction_read_only=on"
_SECONDS = 60.0


@dataclass(frozen=True)
class Recorded:
    """What stands in the graded notebook and in the gradebook."""

    record: Record
    #: By grade_id.
    readings: Mapping[str, Reading]
    #: None if the gradebook does not know the submission.
    grades: Grades | None


@dataclass(frozen=True)
class Comparison:
    """A replay beside what is on record."""

    #: Whether what was handed in is what was graded.
    same_submission: bool
    #: Whether every item has the points that are recorded.
    same_score: bool
    #: The autograder's points on record; None if there are none.
    recorded: float | None
    replayed: float
    #: Why they differ, if they do.
    reasons: tuple[str, ...]
    #: What a person should know even if they do not.
    notes: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether the grade on record is confirmed."""
        return self.same_submission and self.same_score


@contextmanager
def untouched(url: str) -> Iterator[str]:
    """The address of a gradebook that holds the same, and through which the real one cannot be changed.

    Of an SQLite gradebook it is a copy (an empty one if there is none yet); PostgreSQL is asked to
    refuse writing.

    Raises:
        GraderError: it cannot be read.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        others = address.normalized_query.get("options", ())
        reading = address.update_query_dict({"options": " ".join([*others, _READ_ONLY])})
        yield reading.render_as_string(hide_password=False)
        return
    file = Path(str(address.database))
    with tempfile.TemporaryDirectory(prefix="grader-replay-") as scratch:
        copy = Path(scratch) / "gradebook.db"
        if file.is_file() and file.stat().st_size:
            try:
                _copy(file, copy)
            except sqlite3.Error as error:
                raise GraderError(
                    f"Cannot read gradebook {shown_url(url)}: {error}. If another program is writing "
                    "to it, wait until it has finished; else restore it from a backup."
                ) from error
        yield f"sqlite:///{copy}"


def _copy(file: Path, copy: Path) -> None:
    """Copy a database as it is between two transactions, whoever is writing to it."""
    origin = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_SECONDS)
    with closing(origin), closing(sqlite3.connect(copy)) as target:
        origin.backup(target)


def read_recorded(
    course: Course, assignment: Assignment, student: str, url: str, course_id: str
) -> Recorded | None:
    """What is on record; None if the submission was never graded to the end.

    Raises:
        GraderError: the gradebook cannot be read.
    """
    name = assignment.name
    path = course.autograded(student, name) / f"{name}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        record = read_record(notebook)
    except (OSError, ValueError, AttributeError):
        return None
    if record is None:
        return None
    with readable(url), closing(Records(url, course_id, name)) as records:
        grades = records.grades(student)
    if record.problem is not None:
        text = f"This notebook could not be graded: {record.problem}."
        readings = {item.grade_id: Reading(0.0, "error", None, text) for item in assignment.items}
    else:
        readings = read_items(notebook, assignment.items)
    return Recorded(record, readings, grades)


def compare(
    recorded: Recorded | None, digest: str, basis: str, points: Mapping[str, float | None]
) -> Comparison:
    """How a replay compares with what is on record.

    Args:
        recorded: what is on record.
        digest: of the submission as it is now.
        basis: all else that the replay rests on; see `Record.basis`.
        points: the replay's by grade_id; None where a person decides.
    """
    replayed = _sum(points)
    if recorded is None:
        reason = "nothing is recorded: it was not graded yet, or not to the end. Run: grader grade"
        return Comparison(False, False, None, replayed, (reason,), ())
    record, grades = recorded.record, recorded.grades
    same_submission = record.digest == digest
    reasons = []
    if not same_submission:
        reasons.append(
            "the submission: its files are not those that were graded (handed in again, or changed)"
        )
    others = [difference(record.basis, basis)] if record.basis != basis else []
    if grades is None:
        reason = "the gradebook: it does not know the submission (was it replaced?)"
        return Comparison(same_submission, False, None, replayed, (*reasons, *others, reason), ())
    on_record = {name: grade.auto for name, grade in grades.by_id.items()}
    differing = sorted(
        name for name in on_record.keys() | points.keys() if on_record.get(name) != points.get(name)
    )
    edited = _edited(recorded, grades)
    notes = _by_hand(grades)
    if differing:
        reasons += others
        if edited:
            reasons.append(
                f"the gradebook: it was changed after the grading, for {', '.join(edited)}"
            )
        if not reasons:
            reasons.append(
                "nothing that is noted. The submission comes out otherwise from run to run (chance, "
                "or a limit on time or memory), or with another version of Python or NumPy"
            )
        reasons.append(f"it concerns {', '.join(differing)}")
    else:
        notes += [f"changed since, without effect on the points: {other}" for other in others]
    same = not differing
    told = _sum(on_record)
    return Comparison(same_submission, same, told, replayed, tuple(reasons), tuple(notes))


def _edited(recorded: Recorded, grades: Grades) -> list[str]:
    """Items for which the gradebook does not hold what the graded notebook says."""
    if recorded.record.problem is not None:
        return sorted(name for name, grade in grades.by_id.items() if grade.auto != 0)
    return sorted(
        name
        for name, reading in recorded.readings.items()
        if reading.score is not None
        and (grade := grades.by_id.get(name)) is not None
        and grade.auto != reading.score
    )


def _by_hand(grades: Grades) -> list[str]:
    notes = [
        f"{name}: {were(grade.manual)} given by hand, and count"
        for name, grade in sorted(grades.by_id.items())
        if grade.manual is not None
    ]
    if grades.penalty:
        notes.append(f"{were(grades.penalty)} taken off because it was late")
    return notes


def _sum(points: Mapping[str, float | None]) -> float:
    return round(sum(value for value in points.values() if value is not None), 4)
