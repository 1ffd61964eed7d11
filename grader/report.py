"""All that a report on a class says, as data. The page, the JSON document and the table are made of it.

Import only inside commands: numpy and nbgrader are slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from testcases.core.fault_texts import FAULT_TEXTS
from testcases.core.protocol import Item, MistakeText, Verdict

from .class_results import ClassResults, Standing, Ungraded
from .course import Course
from .report_examples import Example, examples
from .report_finding import finding
from .report_movement import Movement, movement
from .report_statistics import (
    Bar,
    ItemFigures,
    MistakeFigures,
    ScoreSummary,
    distribution,
    item_figures,
    mistake_figures,
    summarize,
    unexplained,
)
from .results import Result
from .similarity import Similarity

_STOPPED: Mapping[Verdict, str] = {
    "error": "stopped with an error",
    "timeout": "did not end in time",
    "memory": "asked for too much memory",
}


@dataclass(frozen=True)
class ReportedMistake:
    """A mistake of the class, with what is told of it."""

    figures: MistakeFigures
    #: What the student reads; empty if the assignment has no text for it.
    hint: str
    #: For the instructor.
    note: str
    example: Example


@dataclass(frozen=True)
class Attention:
    """A submission that a person must look at."""

    student: str
    score: float
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


@dataclass(frozen=True)
class Report:
    """All that is told of a class."""

    assignment: str
    items: tuple[Item, ...]
    #: When it was made, with a zone.
    written: datetime
    gradebook: str
    #: The finding, in three sentences.
    finding: tuple[str, str, str]
    handed_in: int
    standings: tuple[Standing, ...]
    #: How many of these could be run; the figures of items and mistakes are of them.
    run: int
    ungraded: tuple[Ungraded, ...]
    scores: ScoreSummary
    bars: tuple[Bar, ...]
    max_score: float
    figures: tuple[ItemFigures, ...]
    mistakes: tuple[ReportedMistake, ...]
    #: Students whose wrong answer nobody recognises, by grade_id.
    unexplained: Mapping[str, tuple[str, ...]]
    attention: tuple[Attention, ...]
    stops: tuple[Stop, ...]
    has_deadline: bool
    late: tuple[Late, ...]
    waiting: tuple[Waiting, ...]
    #: What was noticed at submissions that need no attention, by student.
    noticed: Mapping[str, tuple[str, ...]]
    movement: Movement | None
    #: None if answers were not compared with each other.
    similarity: Similarity | None

    @property
    def names(self) -> Mapping[str, str]:
        """What items are called, by grade_id."""
        return {item.grade_id: item.name for item in self.items}

    @property
    def needs_person(self) -> bool:
        """Whether something is left for a person to decide."""
        return bool(self.attention or self.ungraded)


def make_report(
    course: Course,
    found: ClassResults,
    written: datetime,
    before: Mapping[str, Result] | None = None,
    similarity: Similarity | None = None,
) -> Report:
    """Work out all figures.

    Args:
        course: the course.
        found: the class as it stands.
        written: the time, with a zone.
        before: results of an earlier grading by student; None if there was none.
        similarity: pairs of close answers, if they were looked for.
    """
    items = found.assignment.items
    results = found.results
    run = [standing.result for standing in found.graded if standing.problem is None]
    summary = summarize([result.score for result in results])
    max_score = results[0].max_score
    figures = item_figures(items, run)
    made = mistake_figures(run)
    by_item = found.assignment.mistakes()
    texts = {item.grade_id: by_item.get(item.name, {}) for item in items}
    shown = examples(course, items, run) if run else {}
    handed_in = len(found.graded) + len(found.ungraded)
    return Report(
        assignment=found.assignment.name,
        items=items,
        written=written,
        gradebook=found.gradebook,
        finding=finding(handed_in, summary, max_score, figures, made, items),
        handed_in=handed_in,
        standings=found.graded,
        run=len(run),
        ungraded=found.ungraded,
        scores=summary,
        bars=distribution([result.score for result in results], max_score),
        max_score=max_score,
        figures=figures,
        mistakes=tuple(_with_text(one, texts, shown[one.grade_id, one.name]) for one in made),
        unexplained=unexplained(run),
        attention=tuple(filter(None, map(_attention, found.graded))),
        stops=tuple(stop for result in run for stop in _stops(result)),
        has_deadline=any(standing.due is not None for standing in found.graded),
        late=_late(found.graded),
        waiting=_waiting(items, found.graded),
        noticed={
            standing.result.student: standing.result.notes
            for standing in found.graded
            if standing.result.notes and _attention(standing) is None
        },
        movement=None
        if before is None
        else movement(before, {result.student: result for result in results}),
        similarity=similarity,
    )


def _with_text(
    figures: MistakeFigures, texts: Mapping[str, Mapping[str, MistakeText]], example: Example
) -> ReportedMistake:
    known = {**FAULT_TEXTS, **texts.get(figures.grade_id, {})}
    text = known.get(figures.name, MistakeText(""))
    return ReportedMistake(figures, text.hint, text.note, example)


def _attention(standing: Standing) -> Attention | None:
    result = standing.result
    reasons = list(result.notes) if result.status == "needs_attention" else []
    if standing.handed_in_again:
        reasons.append("handed in again since it was graded; run grader grade")
    return Attention(result.student, result.score, tuple(reasons)) if reasons else None


def _stops(result: Result) -> list[Stop]:
    return [
        Stop(
            result.student,
            item.grade_id,
            item.verdict,
            _STOPPED[item.verdict],
            item.mistake,
            item.score,
        )
        for item in result.items
        if item.verdict in _STOPPED
    ]


def _late(standings: Sequence[Standing]) -> tuple[Late, ...]:
    """Those that came late, the latest first."""
    found = [
        Late(one.result.student, one.handed_in, one.due, one.seconds_late, one.penalty)
        for one in standings
        if one.handed_in is not None and one.due is not None and one.seconds_late > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.seconds, one.student)))


def _waiting(items: Sequence[Item], standings: Sequence[Standing]) -> tuple[Waiting, ...]:
    found = []
    for number, item in enumerate(items):
        ungraded = tuple(one.result.student for one in standings if one.result.items[number].waits)
        again = tuple(one.result.student for one in standings if item.grade_id in one.look_again)
        if ungraded or again:
            found.append(Waiting(item.grade_id, ungraded, again))
    return tuple(found)
