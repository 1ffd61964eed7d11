"""One student's page of feedback: from a result, the gradebook's rows and the student's cells to HTML.

A page is one file. It has no script, loads nothing, and says so to the browser in a content security
policy. Whatever is not ours in it was made harmless before (`sanitise`), and Jinja escapes the rest.
The same input gives the same page, byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from testcases.core.protocol import Item, Verdict

from .feedback_cells import Shown, Work
from .results import NO_RESPONSE, Grade, Grades, ItemResult, Record, Result
from .sanitise import clean_text, from_markdown

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
#: What more can be done about.
_TO_MEND: Collection[Tone] = ("partly", "wrong", "open")
#: How many things to mend are named at the top: one can do only one at a time.
_MOST_TO_MEND = 3

#: How the lines of a judge's message begin, and what each is.
_MARKS = {"✔": "right", "◐": "partly", "✘": "wrong", "→": "hint"}
_CODE = re.compile(r"`([^`\n]+)`")
#: Where a message names a line of a student's cell.
_PLACES = (
    re.compile(r"at line (?P<line>\d+) of `(?P<name>\w+)`"),
    re.compile(r"in `(?P<name>\w+)` \(line (?P<line>\d+) of its cell\)"),
    re.compile(r"defines (?P<name>\w+) cannot be run, because line (?P<line>\d+) "),
)


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


@dataclass(frozen=True)
class Line:
    """One line of what the judge says."""

    kind: Literal["right", "partly", "wrong", "hint", "problem", "plain"]
    mark: str
    text: Markup


@dataclass(frozen=True)
class ItemView:
    """One item, as the page shows it."""

    grade_id: str
    name: str
    #: The name, as it is shown: of a function, with places to break the line; else in plain words.
    label: Markup
    is_code: bool
    points: str
    max_points: str
    #: What more could be earned.
    missing: float
    tone: Tone
    mark: str
    words: str
    message: tuple[Line, ...]
    #: On points that a person gave, or that were given on top.
    remarks: tuple[str, ...]
    #: Which cell is commented on, if there are several, and what is said.
    comments: tuple[tuple[str, Markup], ...]
    answers: tuple[Shown, ...]
    #: Lines that the message names: (cell, line).
    marked: frozenset[tuple[str, int]]
    around: tuple[Shown, ...]
    #: Whether a person has given points or a comment.
    by_hand: bool
    #: Items in which the functions are shown that this one runs together.
    rests_on: tuple[str, ...]

    @property
    def to_gain(self) -> str:
        """The points that are missing."""
        return _points(self.missing)

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
    views = _views(sheet)
    to_mend = _to_mend(views)
    template, style, policy = _template()
    return template.render(
        student=clean_text(result.student),
        assignment=result.assignment,
        score=_points(result.score),
        max_score=_points(result.max_score),
        share=min(max(result.score, 0.0), result.max_score),
        whole=result.max_score,
        penalty=_points(sheet.grades.penalty) if sheet.grades.penalty else None,
        waiting=[view for view in views if view.tone == "waits"],
        started=any(item.verdict not in ("not_attempted", "manual") for item in result.items),
        items=views,
        to_mend=to_mend[:_MOST_TO_MEND],
        later=len(to_mend) - _MOST_TO_MEND,
        others=sheet.work.others,
        notes=[clean_text(note) for note in sheet.record.notes],
        # Somebody may have graded by hand what could not be read here.
        parts=sheet.record.problem is None or any(view.by_hand for view in views),
        problem=None if sheet.record.problem is None else clean_text(sheet.record.problem),
        limit=f"{sheet.limit:,}",
        style=style,
        policy=policy,
    )


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
    tone, mark, words = (
        _state(outcome, grade) if judged or grade.manual is not None else _NOT_GRADED
    )
    return ItemView(
        grade_id=item.grade_id,
        name=item.name,
        label=_label(item),
        is_code=item.name in item.functions,
        points="–" if tone == "waits" else _points(outcome.score),
        max_points=_points(outcome.max_score),
        missing=outcome.max_score - outcome.score,
        tone=tone,
        mark=mark,
        words=words,
        message=tuple(message_lines(outcome)) if judged and outcome.verdict != "manual" else (),
        remarks=tuple(_remarks(item, grade)),
        comments=tuple(
            (name if len(named) > 1 else "", from_markdown(comments[name])) for name in named
        ),
        answers=tuple(answers),
        marked=frozenset(_places(outcome.message)),
        around=tuple(work.around.get(item.grade_id, ())),
        by_hand=grade.manual is not None or bool(named),
        rests_on=tuple(
            other.name for other in before if not {*item.functions}.isdisjoint(other.functions)
        ),
    )


def _label(item: Item) -> Markup:
    if item.name in item.functions:
        return escape(item.name).replace("_", Markup("_<wbr>"))
    return escape(item.name.replace("_", " ").capitalize())


def _state(outcome: ItemResult, grade: Grade) -> tuple[Tone, str, str]:
    """Tone, mark and words of an item. Where a person has decided, that counts, not the judge's word."""
    if grade.manual is None:
        return _STATES[outcome.verdict]
    if outcome.score >= outcome.max_score:
        return "right", "✔", "graded by your teacher"
    return ("partly" if outcome.score > 0 else "wrong"), "✎", "graded by your teacher"


def _remarks(item: Item, grade: Grade) -> list[str]:
    found = []
    given = grade.auto if grade.manual is None else grade.manual
    if grade.manual is not None and not item.manual:
        automatic = (
            "" if grade.auto is None else f", in place of {_points(grade.auto)} by the checks"
        )
        found.append(f"Your teacher gave {_points(grade.manual)} points{automatic}.")
    extra = grade.score - (given or 0.0)
    if extra:
        what = "point of it is" if extra == 1 else "points of it are"
        found.append(f"{_points(extra)} {what} extra credit.")
    return found


def _points(value: float) -> str:
    return f"{round(value, 4) + 0.0:g}"


def message_lines(outcome: ItemResult) -> list[Line]:
    """What the judge says, line by line, without the headline: the page shows name and points itself."""
    lines = clean_text(outcome.message).split("\n")
    if lines[0].endswith(" points"):
        del lines[0]
    found: list[Line] = []
    for line in filter(str.strip, lines):
        text = line.strip()
        kind = _MARKS.get(text[0])
        if kind is None:
            found.append(
                Line("problem" if line.startswith(" " * 4) else "plain", "", _marked_up(text))
            )
        else:
            found.append(Line(kind, text[0], _marked_up(text[1:].strip())))  # type: ignore[arg-type]
    return found


def _marked_up(text: str) -> Markup:
    """Text in which code stands between backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped first


def _places(message: str) -> set[tuple[str, int]]:
    found = (each for place in _PLACES for each in place.finditer(message))
    return {(each["name"], int(each["line"])) for each in found}


def _to_mend(views: Sequence[ItemView]) -> list[ItemView]:
    """What is not right yet, in the order of the assignment; what only rests on others is left to them."""
    open_items = [view for view in views if view.missing > 0 and view.tone in _TO_MEND]
    names = {view.name for view in open_items}
    return [view for view in open_items if view.message and not names.intersection(view.rests_on)]


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
    loader = environment.loader
    assert loader is not None
    style = loader.get_source(environment, "feedback.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return environment.get_template("feedback.html.j2"), Markup(style), policy  # noqa: S704  our own
