"""From an autograded notebook and its rows in the gradebook to one result line.

It does not matter here who ran the notebook: what counts is what stands in its test cells (`reading`)
and in the gradebook, and that the two agree. `Record` is what the grader itself adds to the notebook.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from testcases.core.protocol import Item, Verdict
from testcases.core.wording import graded_by_hand, was_graded_by_hand

from .notebooks import Notebook
from .reading import Reading, read_items, troubles
from .words import were

Status = Literal["graded", "needs_attention"]

#: Key in the metadata of an autograded notebook under which the grader keeps its record. It is
#: written last, so a notebook that has none was not graded to the end.
RECORD_KEY = "grader"

#: nbgrader's own comment on an answer that is as it was handed out.
NO_RESPONSE = "No response."

#: How a note begins on a submission that could not be graded; the reason follows.
NOT_GRADED = "not graded: "
#: How it begins where a person has given points all the same.
_ONLY_BY_HAND = "graded by hand only: "


@dataclass(frozen=True)
class ItemResult:
    """How one item of the assignment came out."""

    grade_id: str
    score: float
    max_score: float
    verdict: Verdict
    mistake: str | None
    message: str

    @property
    def waits(self) -> bool:
        """Whether a person has still to grade it."""
        return self.verdict == "manual" and self.message == graded_by_hand()


@dataclass(frozen=True)
class Result:
    """How one submission came out."""

    student: str
    assignment: str
    status: Status
    score: float
    max_score: float
    items: tuple[ItemResult, ...]
    notes: tuple[str, ...]
    digest: str

    def line(self) -> str:
        """One JSON object, in ASCII, without a line break."""
        # `asdict` would copy every field on its way, and there may be thousands of lines.
        items = [vars(item) for item in self.items]
        return json.dumps({**vars(self), "items": items})


@dataclass(frozen=True)
class Grade:
    """One row of the gradebook."""

    #: What the autograder gave; None if it has not spoken.
    auto: float | None
    #: What a person gave; None if nobody did.
    manual: float | None
    #: What counts, extra credit included.
    score: float

    @property
    def by_hand(self) -> bool:
        """Whether a person has given points, be it none or on top."""
        return self.manual is not None or self.score != (self.auto or 0.0)


def counts(auto: float | None, manual: float | None, extra: float | None) -> float:
    """The points of a row that count, by nbgrader's rule for `Grade.score`."""
    given = auto if manual is None else manual
    return 0.0 if given is None else float(given) + float(extra or 0.0)


@dataclass(frozen=True)
class Grades:
    """What the gradebook holds on one submission."""

    by_id: Mapping[str, Grade]
    #: Points taken off for lateness.
    penalty: float

    @property
    def spoken(self) -> bool:
        """Whether anything has been graded yet."""
        return any(
            grade.auto is not None or grade.manual is not None for grade in self.by_id.values()
        )

    @property
    def total(self) -> float:
        """The score of the submission: by nbgrader's rule never less than nothing."""
        return max(0.0, sum(grade.score for grade in self.by_id.values()) - self.penalty)


@dataclass(frozen=True)
class Record:
    """What the grader itself writes into an autograded notebook."""

    #: Of the submitted files.
    digest: str
    #: Of everything else that the grades rest on: tests, hidden inputs, configuration.
    basis: str
    #: Why the submission could not be graded; None if it was.
    problem: str | None
    notes: tuple[str, ...]


def read_record(notebook: Notebook) -> Record | None:
    """The grader's own record in a notebook; None if there is none, or none that makes sense."""
    metadata = notebook.get("metadata")
    data = metadata.get(RECORD_KEY) if isinstance(metadata, dict) else None
    if not isinstance(data, dict) or set(data) != {"digest", "basis", "problem", "notes"}:
        return None
    digest, basis, problem, notes = (data[key] for key in ("digest", "basis", "problem", "notes"))
    if not (isinstance(digest, str) and isinstance(basis, str) and isinstance(notes, list)):
        return None
    if not (problem is None or isinstance(problem, str)):
        return None
    if not all(isinstance(note, str) for note in notes):
        return None
    return Record(digest, basis, problem, tuple(notes))


def write_record(notebook: Notebook, record: Record) -> None:
    """Put the grader's record into a notebook, in place of any other."""
    notebook.setdefault("metadata", {})[RECORD_KEY] = asdict(record)


def assemble(
    student: str,
    assignment: str,
    items: Sequence[Item],
    notebook: Notebook,
    record: Record,
    grades: Grades,
) -> Result:
    """The result of one submission, from its autograded notebook and its grades."""
    readings = read_items(notebook, items)
    found = troubles(notebook, readings)
    return put_together(student, assignment, items, record, readings, found, grades)


def put_together(
    student: str,
    assignment: str,
    items: Sequence[Item],
    record: Record,
    readings: Mapping[str, Reading],
    found: Sequence[str],
    grades: Grades,
) -> Result:
    """The result of one submission, whose autograded notebook was read already.

    `readings` and `found` are what `read_items` and `troubles` say of it.
    """
    notes = list(record.notes)
    attention = record.problem is not None
    results = []
    if record.problem is not None:
        by_hand = any(grade.by_hand for grade in grades.by_id.values())
        notes.insert(0, f"{_ONLY_BY_HAND if by_hand else NOT_GRADED}{record.problem}")
        readings = {item.grade_id: _ungraded(item, record.problem) for item in items}
    else:
        attention = bool(found)
        notes += found
    for item in items:
        grade = grades.by_id[item.grade_id]
        results.append(_item_result(item, readings[item.grade_id], grade))
        if grade.manual is not None and not item.manual:
            notes.append(f"{item.grade_id}: {were(grade.score)} given by hand")
    if grades.penalty:
        notes.append(f"{were(grades.penalty)} taken off because it was late")
    return Result(
        student=student,
        assignment=assignment,
        status="needs_attention" if attention else "graded",
        score=round(grades.total, 4),
        max_score=float(sum(item.points for item in items)),
        items=tuple(results),
        notes=tuple(notes),
        digest=record.digest,
    )


def _ungraded(item: Item, problem: str) -> Reading:
    message = (
        f"{item.name}: 0 of {item.points:g} points\n  This notebook could not be graded: {problem}."
    )
    return Reading(0.0, "error", None, message)


def _item_result(item: Item, reading: Reading, grade: Grade) -> ItemResult:
    verdict, message = reading.verdict, reading.message
    if verdict == "manual" and grade.manual is not None:
        message = was_graded_by_hand()
    elif verdict == "manual" and grade.auto == 0:
        verdict = "not_attempted"
        message = f"{item.name}: 0 of {item.points:g} points\n  The cell is as it was handed out."
    return ItemResult(
        item.grade_id, grade.score, float(item.points), verdict, reading.mistake, message
    )


def disagreements(readings: Mapping[str, Reading], grades: Grades) -> dict[str, float]:
    """Points that the gradebook must hold and does not, by grade_id."""
    return {
        grade_id: reading.score
        for grade_id, reading in readings.items()
        if reading.score is not None and grades.by_id[grade_id].auto != reading.score
    }
