"""One student's page of feedback: from a result, the gradebook's rows and the student's cells to HTML.

A page is one file. It has no script, loads nothing, and says so to the browser in a content security
policy. Whatever is not ours in it was made harmless before (`sanitise`), and Jinja escapes the rest.
The same input gives the same page, byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from testcases.core.protocol import Item, Verdict

from .feedback_cells import Shown, Work
from .feedback_lines import runs
from .feedback_words import Line, label, lines_at, message_lines, places, remarks, standing, topic
from .page_style import page_style
from .results import NO_RESPONSE, Grade, Grades, ItemResult, Record, Result
from .sanitise import clean_text, from_markdown
from .scores import score_of
from .words import NOTHING, of_points, points

Tone = Literal["right", "partly", "wrong", "open", "waits"]

#: Tone, mark and words for each verdict.
_STATES: Mapping[Verdict, tuple[Tone, str, str]] = {
    "correct": ("right", "✔", "right"),
    "partial": ("partly", "◐", "partly right"),
    "incorrect": ("wrong", "✘", "not right yet"),
    "not_attempted": ("open", "○", "not filled in yet"),
    "error": ("wrong", "!", "stopped with an error"),
    "timeout": ("wrong", "!", "did not end in time"),
    "memory": ("wrong", "!", "needed too much memory"),
    "manual": ("waits", "✎", "waits for your teacher"),
}
_NOT_GRADED: tuple[Tone, str, str] = ("open", "–", "not graded")
_AGAIN: tuple[Tone, str, str] = ("waits", "✎", "your teacher will look again")
#: What more can be done about.
_TO_MEND: Collection[Tone] = ("partly", "wrong", "open")
#: How many things to mend are named at the top: one can do only one at a time.
_MOST_TO_MEND = 3


@dataclass(frozen=True)
class Sheet:
    """All that goes into one page."""

    #: How the submission came out.
    result: Result
    items: Sequence[Item]
    grades: Grades
    #: What is said about cells, by grade_id.
    comments: Mapping[str, str]
    work: Work
    record: Record
    #: How many characters a cell may show.
    limit: int
    #: What the assignment is called.
    title: str
    #: What was graded by hand and then autograded anew, by grade_id.
    look_again: Collection[str] = ()


@dataclass(frozen=True)
class ItemView:
    """One item, as the page shows it."""

    grade_id: str
    #: The name, as it is shown: of a function, with places to break the line; else in plain words.
    label: Markup
    is_code: bool
    points: str
    max_points: str
    #: The most there is, with its noun.
    worth: str
    #: What more the checks could give.
    missing: float
    tone: Tone
    mark: str
    words: str
    message: tuple[Line, ...]
    #: On points that a person gave, or that were given on top.
    remarks: tuple[str, ...]
    #: What is commented on, if it is not plain, and what is said.
    comments: tuple[tuple[str, Markup], ...]
    answers: tuple[Shown, ...]
    #: Lines that the message names: (cell, line).
    marked: frozenset[tuple[str, int]]
    around: tuple[Shown, ...]
    #: Whether a person has given the points; whether a person has given any, be it on top, or a comment.
    points_by_hand: bool
    by_hand: bool
    #: Whether a person has given points, will look again, and nobody knows yet what comes of it.
    again: bool
    #: Whether there is a verdict on it, be it the judge's or a person's.
    decided: bool
    #: Whether it is for the checks, and not for a person to read.
    checked: bool
    #: Items in which the functions are shown that this one runs together: (grade_id, label).
    rests_on: tuple[tuple[str, Markup], ...]

    @property
    def to_gain(self) -> str:
        """The points that are missing."""
        return of_points(self.missing)

    def named_in(self, cell: str) -> frozenset[int]:
        """The lines of a cell that the message names."""
        return lines_at(self.marked, cell)

    @property
    def folded(self) -> bool:
        """Whether there is nothing to do about it, and nothing to read but what one wrote oneself."""
        return self.tone == "right" and not any(
            cell.text is not None or cell.replaced for cell in self.answers
        )

    @property
    def advice(self) -> Markup:
        """The most useful line of the message."""
        for kind in ("hint", "problem", "wrong", "plain"):
            for line in self.message:
                if line.kind == kind:
                    return line.text
        return escape(self.words)


def render(sheet: Sheet) -> str:
    """The page of one student."""
    result = sheet.result
    score = score_of(result)
    views = _views(sheet)
    decided = [view for view in views if view.checked and view.decided and not view.again]
    open_items = _open_items(views)
    to_mend = _to_mend(open_items)[:_MOST_TO_MEND]
    template, style, policy = _template()
    return template.render(
        student=clean_text(result.student),
        title=clean_text(sheet.title),
        score=None if score is None else points(score),
        max_score=of_points(result.max_score),
        whole_points=points(result.max_score),
        share=min(score or 0.0, result.max_score),
        whole=result.max_score,
        # From nothing, nothing is taken.
        penalty=points(sheet.grades.penalty)
        if sheet.grades.penalty and score is not None
        else None,
        standing=standing(
            sum(view.tone == "right" for view in decided),
            len(decided),
            len(views) - len(decided),
        ),
        waiting=[view for view in views if view.tone == "waits" and not view.again],
        again=[view for view in views if view.again],
        started=any(_is_filled_in(each, sheet.grades) for each in result.items),
        items=views,
        to_mend=to_mend,
        later=[view for view in open_items if view not in to_mend],
        praised=sheet.record.problem is None
        and any(view.checked for view in views)
        and not any(
            view.checked and (view.tone in _TO_MEND or (view.again and view.message))
            for view in views
        ),
        others=sheet.work.others,
        notes=[clean_text(note) for note in sheet.record.notes],
        # Somebody may have graded by hand what could not be read here.
        parts=sheet.record.problem is None or any(view.by_hand for view in views),
        problem=None if sheet.record.problem is None else clean_text(sheet.record.problem),
        limit=f"{sheet.limit:,}",
        runs=runs,
        counted=lambda number, one, many: f"{number:,} {one if number == 1 else many}",
        style=style,
        policy=policy,
    )


def _is_filled_in(outcome: ItemResult, grades: Grades) -> bool:
    """Whether there was anything to look at. An answer for a person that is as handed out has 0 from the checks."""
    if outcome.verdict == "manual":
        return grades.by_id[outcome.grade_id].auto != 0
    return outcome.verdict != "not_attempted"


def _views(sheet: Sheet) -> list[ItemView]:
    pairs = zip(sheet.items, sheet.result.items, strict=True)
    return [
        _view(sheet, item, outcome, sheet.items[:number])
        for number, (item, outcome) in enumerate(pairs)
    ]


def _view(sheet: Sheet, item: Item, outcome: ItemResult, before: Sequence[Item]) -> ItemView:
    grade, comments, work = sheet.grades.by_id[item.grade_id], sheet.comments, sheet.work
    answers = work.answers.get(item.grade_id, ())
    cells = dict.fromkeys((item.grade_id, *(cell.name for cell in answers)))
    named = [name for name in cells if name in comments]
    if outcome.verdict == "not_attempted":
        named = [name for name in named if comments[name] != NO_RESPONSE]  # it is said already
    judged = sheet.record.problem is None
    tone, mark, words = _state(outcome, grade, judged)
    decided = tone != "waits" and (judged or grade.by_hand)
    again = grade.manual is not None and item.grade_id in sheet.look_again
    if again:
        tone, mark, words = _AGAIN
    return ItemView(
        grade_id=item.grade_id,
        label=label(item),
        is_code=item.name in item.functions,
        points=points(outcome.score) if decided else NOTHING,
        max_points=points(outcome.max_score),
        worth=of_points(outcome.max_score),
        missing=outcome.max_score - (grade.auto or 0.0),
        tone=tone,
        mark=mark,
        words=words,
        message=tuple(message_lines(outcome)) if judged and outcome.verdict != "manual" else (),
        remarks=tuple(remarks(item, grade, again, judged)),
        comments=tuple(
            (topic(item, name) if len(named) > 1 else "", from_markdown(comments[name]))
            for name in named
        ),
        answers=tuple(answers),
        marked=frozenset(places(outcome.message)),
        around=tuple(work.around.get(item.grade_id, ())),
        points_by_hand=grade.manual is not None,
        by_hand=grade.by_hand or bool(named),
        again=again,
        decided=decided,
        checked=not item.manual,
        rests_on=tuple(
            (other.grade_id, label(other))
            for other in before
            if not {*item.functions}.isdisjoint(other.functions)
        ),
    )


def _state(outcome: ItemResult, grade: Grade, judged: bool) -> tuple[Tone, str, str]:
    """Tone, mark and words of an item. Where a person has decided, that counts, not the judge's word.

    Where nothing was judged, points on top are all that there is, and a person's.
    """
    if judged and grade.manual is None:
        return _STATES[outcome.verdict]
    if not grade.by_hand:
        return _NOT_GRADED
    if outcome.score >= outcome.max_score:
        return "right", "✔", "graded by your teacher"
    return ("partly" if outcome.score > 0 else "wrong"), "✎", "graded by your teacher"


def _open_items(views: Sequence[ItemView]) -> list[ItemView]:
    """What is not right yet and of which the judge says something, in the order of the assignment.

    Where a person has given the points, nobody knows what mending would bring.
    """
    return [
        view
        for view in views
        if view.missing > 0 and view.tone in _TO_MEND and view.message and not view.points_by_hand
    ]


def _to_mend(open_items: Sequence[ItemView]) -> list[ItemView]:
    """Those among them to begin with: what only rests on others is left to them."""
    ids = {view.grade_id for view in open_items}
    return [
        view for view in open_items if not any(grade_id in ids for grade_id, _ in view.rests_on)
    ]


@cache
def _template() -> tuple[Template, Markup, str]:
    """The template, the style sheet, and the policy that allows just that."""
    environment = Environment(
        loader=PackageLoader("grader"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = page_style("feedback")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return environment.get_template("feedback.html.j2"), Markup(style), policy  # noqa: S704  our own
