"""The words of a page of feedback: points, names, and what the judge says, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from testcases.core.protocol import Item

from .results import Grade, ItemResult
from .sanitise import clean_text
from .words import of_points, points, readable, were

Kind = Literal["right", "partly", "wrong", "hint", "problem", "plain"]

#: How the lines of a judge's message begin, and what each is.
_MARKS: Mapping[str, Kind] = {"✔": "right", "◐": "partly", "✘": "wrong", "→": "hint"}
_CODE = re.compile(r"`([^`\n]+)`")
#: An underscore within a long name: there a line may end.
_SEAM = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
_LONG_NAME = re.compile(r"\w{16,}")
#: Where a message names a line of a student's cell.
_PLACES = (
    re.compile(r"at line (?P<line>\d+) of `(?P<name>\w+)`"),
    re.compile(r"in `(?P<name>\w+)` \(line (?P<line>\d+) of its cell\)"),
    re.compile(r"defines (?P<name>\w+) cannot be run, because line (?P<line>\d+) "),
)


@dataclass(frozen=True)
class Line:
    """One line of what the judge says."""

    kind: Kind
    mark: str
    text: Markup


def standing(done: int, parts: int, others: int = 0) -> str:
    """How many of the parts are done, as a sentence; empty if there are none.

    Args:
        done: how many are.
        parts: of how many, without those that nobody has looked at.
        others: how many nobody has looked at.
    """
    checked = "checked " if others else ""
    if not parts:
        return ""
    if parts == 1:
        what = f"The one {checked}part" if others else "It"
        return f"{what} is done." if done else f"{what} is not done yet."
    if done == parts:
        return f"{'Both' if parts == 2 else f'All {parts}'} {checked}parts are done."
    if not done:
        return f"None of the {parts} {checked}parts is done yet."
    return f"{done} of {parts} {checked}parts {'is' if done == 1 else 'are'} done."


def label(item: Item) -> Markup:
    """An item's name: of a function, with places to break the line; else in plain words."""
    if item.name in item.functions:
        return with_seams(escape(item.name))
    return escape(readable(item.name))


def with_seams(text: Markup) -> Markup:
    """The text, with places to break the line in long names of its own."""
    # It is escaped already, and neither a reference (&lt;) nor a tag of ours has an underscore in it.
    return Markup(  # noqa: S704
        _LONG_NAME.sub(lambda name: _SEAM.sub("_<wbr>", name[0]), str(text))
    )


def remarks(item: Item, grade: Grade, again: bool = False, judged: bool = True) -> list[str]:
    """On points that a person gave, or that were given on top or taken off.

    Args:
        item: whose points.
        grade: the gradebook's row.
        again: whether it was graded anew since, so that the person will look at it again.
        judged: whether the checks ran; where they did not, the 0 of the gradebook is not theirs.
    """
    found = []
    given = grade.auto if grade.manual is None else grade.manual
    if grade.manual is not None and not item.manual:
        automatic = ""
        if judged and grade.auto is not None:
            automatic = f", in place of {points(grade.auto)} by the checks"
        found.append(f"Your teacher gave {of_points(grade.manual)}{automatic}.")
    if again:
        found.append(
            "These points, and any comment, are from before your notebook was graded anew: "
            "they may be on an earlier hand-in. Your teacher will look at this again."
        )
    extra = round(grade.score - (given or 0.0), 2)
    if extra > 0:
        told = of_points(extra)
        found.append(f"{told} of it {'is' if told == of_points(1) else 'are'} extra credit.")
    elif extra:
        found.append(f"{were(-extra)} taken off by your teacher.")
    return found


def topic(item: Item, name: str) -> str:
    """What a comment on the cell of this name is on."""
    if name != item.grade_id:
        return "on your code" if len(item.functions) == 1 else f"on your code of {name}"
    return "on your answer" if item.manual else "on its check"


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
            found.append(Line(kind, text[0], _marked_up(text[1:].strip())))
    return found


def _marked_up(text: str) -> Markup:
    """Text in which code stands between backticks."""
    seamed = str(with_seams(escape(text)))
    return Markup(_CODE.sub(r"<code>\1</code>", seamed))  # noqa: S704  escaped first


def lines_at(marked: Iterable[tuple[str, int]], cell: str) -> frozenset[int]:
    """Which lines of one cell are among those that a message names; see `places`."""
    return frozenset(line for name, line in marked if name == cell)


def places(message: str) -> set[tuple[str, int]]:
    """The lines of cells that a message names: (cell, line)."""
    found = (each for place in _PLACES for each in place.finditer(message))
    return {(each["name"], int(each["line"])) for each in found}
