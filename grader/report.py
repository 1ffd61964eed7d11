"""All that a report on a class says, as data. The page, the JSON document and the table are made of it.

Import only inside commands: numpy and nbgrader are slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from testcases.core.fault_texts import FAULT_TEXTS
from testcases.core.protocol import Item, MistakeText

from .class_results import ClassResults, Standing, Ungraded
from .course import Course
from .report_carried import Carried, carried, explained
from .report_examples import Example, examples
from .report_finding import finding
from .report_movement import Movement, movement
from .report_persons import (
    Attention,
    Late,
    Stop,
    Waiting,
    attention_of,
    late_of,
    stops_of,
    waiting_of,
)
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
from .title import title_of


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
class Card:
    """A mistake as the page tells it: without those who made it only by calling what is wrong elsewhere."""

    #: Of those who are left.
    figures: MistakeFigures
    mistake: ReportedMistake
    #: What it cost at the items that call the function.
    carried: tuple[Carried, ...]


@dataclass(frozen=True)
class Report:
    """All that is told of a class."""

    assignment: str
    #: What people call it.
    title: str
    items: tuple[Item, ...]
    #: When it was made, with a zone.
    written: datetime
    #: Where it is: its path inside the course, its name, or its address.
    gradebook: str
    #: The finding, in three sentences.
    finding: tuple[str, str, str]
    handed_in: int
    standings: tuple[Standing, ...]
    #: How many of these could be run; the figures of items and mistakes are of them.
    run: int
    #: Handed in, and not graded yet.
    ungraded: tuple[Ungraded, ...]
    #: Of those who have a score; None if nobody has.
    scores: ScoreSummary | None
    bars: tuple[Bar, ...]
    max_score: float
    figures: tuple[ItemFigures, ...]
    #: All of them, at every item at which they show.
    mistakes: tuple[ReportedMistake, ...]
    #: Where mistakes at items that call functions come from.
    carried: tuple[Carried, ...]
    #: The mistakes where they were made.
    cards: tuple[Card, ...]
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
    def ungradable(self) -> tuple[str, ...]:
        """Students whose submission could not be graded: they have no score."""
        return tuple(one.result.student for one in self.standings if one.score is None)

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
    scores = [standing.score for standing in found.graded if standing.score is not None]
    summary = summarize(scores)
    max_score = results[0].max_score
    figures = item_figures(items, run)
    known = explained(items, run)
    elsewhere = carried(run, known)
    own = mistake_figures(run, known)
    by_item = found.assignment.mistakes()
    texts = {item.grade_id: by_item.get(item.name, {}) for item in items}
    shown = examples(course, items, run, known) if run else {}
    mistakes = [
        _with_text(one, texts, shown[one.grade_id, one.name]) for one in mistake_figures(run)
    ]
    absent = (len(results) - len(scores), len(found.ungraded))
    return Report(
        assignment=found.assignment.name,
        title=title_of(course, found.assignment.name),
        items=items,
        written=written,
        gradebook=_inside(course, found.gradebook),
        finding=finding(absent, summary, max_score, figures, own, items),
        handed_in=len(found.graded) + len(found.ungraded),
        standings=found.graded,
        run=len(run),
        ungraded=found.ungraded,
        scores=summary,
        bars=distribution(scores, max_score),
        max_score=max_score,
        figures=figures,
        mistakes=tuple(mistakes),
        carried=elsewhere,
        cards=_cards(own, mistakes, elsewhere),
        unexplained=unexplained(run),
        attention=tuple(filter(None, map(attention_of, found.graded))),
        stops=tuple(stop for result in run for stop in stops_of(result)),
        has_deadline=any(standing.due is not None for standing in found.graded),
        late=late_of(found.graded),
        waiting=waiting_of(items, found.graded),
        noticed={
            standing.result.student: standing.result.notes
            for standing in found.graded
            if standing.result.notes and attention_of(standing) is None
        },
        movement=None
        if before is None
        else movement(before, {result.student: result for result in results}),
        similarity=similarity,
    )


def _inside(course: Course, gradebook: str) -> str:
    """A gradebook's file without what is of this machine alone; the address of a server as it is."""
    if "://" in gradebook:
        return gradebook
    path, root = Path(gradebook), course.root.resolve()
    resolved = path.resolve()
    return str(resolved.relative_to(root)) if resolved.is_relative_to(root) else path.name


def _cards(
    own: Sequence[MistakeFigures],
    mistakes: Sequence[ReportedMistake],
    elsewhere: Sequence[Carried],
) -> tuple[Card, ...]:
    by_key = {(one.figures.grade_id, one.figures.name): one for one in mistakes}
    return tuple(
        Card(
            figures,
            by_key[figures.grade_id, figures.name],
            tuple(
                one
                for one in elsewhere
                if (one.source, one.cause) == (figures.grade_id, figures.name) and not one.untouched
            ),
        )
        for figures in own
    )


def _with_text(
    figures: MistakeFigures, texts: Mapping[str, Mapping[str, MistakeText]], example: Example
) -> ReportedMistake:
    known = {**FAULT_TEXTS, **texts.get(figures.grade_id, {})}
    text = known.get(figures.name, MistakeText(""))
    return ReportedMistake(figures, text.hint, text.note, example)
