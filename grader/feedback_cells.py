"""What of a graded notebook is the student's own, sorted by the items of the assignment.

An item's answers are the cells that define its functions, or the answer that a person reads. With them
goes what was shown between the answer and its test: by cells of the student's own, and by given ones
that call the student's functions. Test cells are left out altogether: their hidden parts are nobody's
business, and what they have to say comes from the judge (`reading`).
Everything comes out harmless (see `sanitise`), and bounded: a page has room for so much and no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup, escape

from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item

from .feedback_lines import Code, own_lines
from .feedback_words import with_seams
from .notebooks import Cell, Notebook, nbgrader_of, source_of
from .sanitise import (
    clean_html,
    clean_text,
    code_lines,
    from_markdown,
    highlighted,
    picture_address,
)
from .submissions import grade_id_of

#: What one page shows of code and of outputs, in characters, and of pictures, as long as they are in it.
_PAGE_TEXT = 400_000
_PAGE_PICTURES = 12_000_000
#: How many pictures and pieces of HTML are shown of one cell; texts that follow each other are one.
_CELL_OUTPUTS = 50
#: How many lines of one cell are shown, and of how many characters the first line of a given cell, which
#: names it: ours are shorter.
_CELL_LINES = 2_000
_BEGINNING = 120
#: An object's address is shortened after the output was cut, by no more than so many characters.
_ADDRESS = "at 0x…"
_SHORTENED = len("at 0x") + 16 - len(_ADDRESS)

_LEFT_OUT = "Left out here: this page has no room for more."


@dataclass(frozen=True)
class Output:
    """One thing that a cell showed."""

    kind: Literal["text", "error", "picture", "markup"]
    #: The text; the address of the picture, which has the whole picture in it; or harmless HTML.
    content: str


@dataclass(frozen=True)
class Shown:
    """A cell, as a page shows it."""

    #: Its grade_id; empty for a cell of the student's own.
    name: str
    #: Its code; none for a given cell.
    code: Code | None = None
    #: How a given cell begins, so that it can be found in the notebook.
    begins: Markup | None = None
    #: What it says, if it is a text.
    text: Markup | None = None
    outputs: tuple[Output, ...] = ()
    #: Whether the jail kept only the beginning of what it showed.
    cut: bool = False


@dataclass(frozen=True)
class Work:
    """A student's own part of a notebook."""

    #: By the item's grade_id: the answers, and the cells around them that are one's own or showed something.
    answers: Mapping[str, Sequence[Shown]]
    around: Mapping[str, Sequence[Shown]]
    #: Cells of the student's own that belong to no item.
    others: Sequence[Shown]


@dataclass
class _Room:
    """What is left of a page's room."""

    text: int = _PAGE_TEXT
    pictures: int = _PAGE_PICTURES

    def for_text(self, text: str) -> str:
        """The text, or a word on its absence."""
        if len(text) > self.text:
            return _LEFT_OUT
        self.text -= len(text)
        return text

    def has_for(self, address: str) -> bool:
        """Whether there is room for a picture; if so, it is taken."""
        if len(address) > self.pictures:
            return False
        self.pictures -= len(address)
        return True


@dataclass
class _Sorter:
    limit: int
    #: Cells as they were handed out, by grade_id.
    given: Mapping[str, str]
    room: _Room = field(default_factory=_Room)
    answers: dict[str, list[Shown]] = field(default_factory=dict)
    around: dict[str, list[Shown]] = field(default_factory=dict)
    others: list[Shown] = field(default_factory=list)


def work_in(
    notebook: Notebook, items: Sequence[Item], limit: int, given: Mapping[str, str] | None = None
) -> Work:
    """What of a graded notebook is the student's.

    Args:
        notebook: as it was graded.
        items: of the assignment.
        limit: how many characters a cell may show, all its outputs together.
        given: the cells as they were handed out, by grade_id, as far as that is known.
    """
    by_id = {item.grade_id: item for item in items}
    owner: dict[str, str] = {}
    for item in items:
        for name in item.functions:
            owner.setdefault(name, item.grade_id)
    sorter, place, seen = _Sorter(limit, given or {}), "", set()
    for cell in notebook["cells"]:
        name = grade_id_of(cell) or ""
        if name in by_id:
            place = ""
            if by_id[name].manual and name not in seen:
                sorter.answers[name] = [_answer(cell, name, sorter)]
        elif name in owner and name not in seen:
            place = owner[name]
            sorter.answers.setdefault(place, []).append(_answer(cell, name, sorter))
        elif cell["cell_type"] == "code":
            _sort_in(cell, place, sorter)
        seen.add(name)
    return Work(sorter.answers, sorter.around, sorter.others)


def _sort_in(cell: Cell, place: str, sorter: _Sorter) -> None:
    """A code cell that is no answer, if there is something of the student's in it."""
    own = not nbgrader_of(cell)
    if own and source_of(cell).strip():
        group = sorter.around.setdefault(place, []) if place else sorter.others
        group.append(_answer(cell, "", sorter))
    elif place and not own:
        outputs = _outputs(cell, sorter.room)
        if outputs:
            name = grade_id_of(cell) or ""
            shown = Shown(
                clean_text(name),
                begins=_beginning(sorter.given.get(name, "")),
                outputs=outputs,
                cut=was_cut(cell, sorter.limit),
            )
            sorter.around.setdefault(place, []).append(shown)


def _beginning(given: str) -> Markup:
    """The first line of a cell as it was handed out, with places to break it."""
    return with_seams(escape(clean_text(given).strip().split("\n")[0][:_BEGINNING]))


def _answer(cell: Cell, name: str, sorter: _Sorter) -> Shown:
    if cell["cell_type"] != "code":
        return Shown(name, text=from_markdown(sorter.room.for_text(source_of(cell))))
    return Shown(
        name,
        code=_code(source_of(cell), sorter.given.get(name), sorter.room),
        outputs=_outputs(cell, sorter.room),
        cut=was_cut(cell, sorter.limit),
    )


def _code(source: str, given: str | None, room: _Room) -> Code:
    shown = room.for_text(source)
    lines = code_lines(shown)
    more = len(lines) - _CELL_LINES
    del lines[_CELL_LINES:]
    own = own_lines(given, lines) if given is not None and shown is source else None
    return Code(tuple(highlighted(lines)), own, max(more, 0))


def _outputs(cell: Cell, room: _Room) -> tuple[Output, ...]:
    found: list[Output] = []
    for output in cell.get("outputs") or ():
        shown = _output(output, room) if isinstance(output, dict) else None
        if shown is None or not shown.content.strip():
            continue
        if found and found[-1].kind == shown.kind == "text":
            before = found.pop().content
            glue = "" if before.endswith("\n") or output.get("output_type") == "stream" else "\n"
            shown = Output("text", before + glue + shown.content)
        if len(found) == _CELL_OUTPUTS:
            return (*found, Output("text", _LEFT_OUT))
        found.append(shown)
    return tuple(found)


def _output(output: Mapping[str, Any], room: _Room) -> Output | None:
    """One output, in the best form that is harmless. Programs, widgets, SVG and links to elsewhere are in none."""
    kind = output.get("output_type")
    if kind == "stream":
        return Output("text", room.for_text(clean_text(output.get("text"))))
    if kind == "error":
        trace = clean_text("\n".join(filter(None, map(clean_text, output.get("traceback") or ()))))
        named = clean_text(f"{output.get('ename')}: {output.get('evalue')}")
        return Output("error", room.for_text(trace or named))
    data = output.get("data")
    if not isinstance(data, dict) or MIME_TYPE in data:
        return None
    address = picture_address(data.get("image/png"))
    if address is not None and room.has_for(address):
        return Output("picture", address)
    for name, clean in (("text/html", clean_html), ("text/markdown", from_markdown)):
        markup = clean(room.for_text(clean_text(data[name]))) if name in data else Markup()
        if markup.striptags():
            return Output("markup", markup)
    return Output("text", room.for_text(clean_text(data.get("text/plain"))))


def was_cut(cell: Cell, limit: int) -> bool:
    """Whether the jail cut a cell's outputs. It does not say so, but cuts them to that very length."""
    texts = [text for output in cell.get("outputs") or () for text in _counted(output)]
    length = sum(map(len, texts))
    short = sum(len(re.findall(_ADDRESS, text)) for text in texts) * _SHORTENED
    return length <= limit <= length + short


def _counted(output: Mapping[str, Any]) -> list[str]:
    """What of an output counts; the judge's own words do not, nor does an error."""
    data = output.get("data", {})
    if MIME_TYPE in data:
        return []
    return [text for text in (output.get("text"), data.get("text/plain")) if isinstance(text, str)]
