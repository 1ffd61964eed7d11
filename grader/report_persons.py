"""Single submissions and answers that a report names: what needs a person, what stopped, what was late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from testcases.core.protocol import Item, Verdict

from .class_results import Standing
from .results import Result

#: How an answer ends that does not come to an end of its own, in words.
STOPPED: Mapping[Verdict, str] = {
    "error": "stopped with an error",
    "timeout": "did not end in time",
    "memory": "asked for too much memory",
}


@dataclass(frozen=True)
class Attention:
    """A submission that a person must look at."""

    student: str
    #: None if it could not be graded.
    score: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """An item at which a student's code did not come to an end of its own."""

    student: str
    grade_id: str
    verdict: Verdict
    #: The verdict in words.
    what: str
    mistake: str | None
    score: float


@dataclass(frozen=True)
class Late:
    """A submission that came after its deadline."""

    student: str
    handed_in: datetime
    due: datetime
    seconds: float
    penalty: float


@dataclass(frozen=True)
class Waiting:
    """Answers to one item for which a person is needed."""

    grade_id: str
    #: Nobody has graded them yet.
    ungraded: tuple[str, ...]
    #: Graded by hand, then autograded anew: nbgrader asks for another look.
    again: tuple[str, ...]


def attention_of(standing: Standing) -> Attention | None:
    """Why a person must look at a submission; None if nobody must."""
    result = standing.result
    reasons = list(result.notes) if result.status == "needs_attention" else []
    if standing.handed_in_again:
        reasons.append("handed in again since it was graded; run grader grade")
    return Attention(result.student, standing.score, tuple(reasons)) if reasons else None


def stops_of(result: Result) -> list[Stop]:
    """The answers of a submission that did not come to an end of their own."""
    return [
        Stop(
            result.student,
            item.grade_id,
            item.verdict,
            STOPPED[item.verdict],
            item.mistake,
            item.score,
        )
        for item in result.items
        if item.verdict in STOPPED
    ]


def late_of(standings: Sequence[Standing]) -> tuple[Late, ...]:
    """Those that came late, the latest first."""
    found = [
        Late(one.result.student, one.handed_in, one.due, one.seconds_late, one.penalty)
        for one in standings
        if one.handed_in is not None and one.due is not None and one.seconds_late > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.seconds, one.student)))


def waiting_of(items: Sequence[Item], standings: Sequence[Standing]) -> tuple[Waiting, ...]:
    """The answers for which a person is needed, by item."""
    found = []
    for number, item in enumerate(items):
        ungraded = tuple(one.result.student for one in standings if one.result.items[number].waits)
        again = tuple(one.result.student for one in standings if item.grade_id in one.look_again)
        if ungraded or again:
            found.append(Waiting(item.grade_id, ungraded, again))
    return tuple(found)
