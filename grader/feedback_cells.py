"""What of a graded notebook is the student's own, sorted by the items of the assignment.

An item's answers are the cells that define its functions, or the answer that a person reads. With them
goes what was shown between the answer and its test: by cells of the student's own, and by given ones
that call the student's functions. Test cells are left out altogether: their hidden parts are nobody's
business, and what they have to say comes from the judge (`reading`).
Everything comes out harmless (see `sanitise`), and bounded: a page has room for so much and no more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup, escape

from testcases.core.check import MIME_TYPE
from testcases.core.protocol import Item

from .feedback_lines import Code, compared
from .feedback_room import LEFT_OUT, Room
from .feedback_words import with_seams
from .notebooks import Cell, Notebook, nbgrader_of, source_of
from .sanitise import (
    MAX_MARKUP,
    clean_html,
    clean_text,
    code_lines,
    from_markdown,
    picture_address,
    raw_lines,
)
from .submissions import grade_id_of

#: How many pictures and pieces of HTML are shown of one cell; texts that follow each other are one.
_CELL_OUTPUTS = 50
#: Of how many characters the first line of a given cell is shown, which names it: ours are shorter.
_BEGINNING = 120
#: An object's address is shortened after the output was cut, by no more than so many characters.
_ADDRESS = "at 0x…"
_SHORTENED = len("at 0x") + 16 - len(_ADDRESS)
#: What Python takes for printable, and nothing is drawn of: fillers, an empty Braille cell, selectors.
_BLANK = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    r"\U000e0100-\U000e01ef]"
)


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
    #: Whether it is the cell as it was handed out, put in the place of one that was missing or empty.
    replaced: bool = False

    @property
    def as_given(self) -> bool:
        """Whether nothing in it is the student's."""
        return self.replaced or (self.code is not None and self.code.unchanged)


@dataclass(frozen=True)
class Work:
    """A student's own part of a notebook."""

    #: By the item's grade_id: the answers, and the cells around them that are one's own or showed something.
    answers: Mapping[str, Sequence[Shown]]
    around: Mapping[str, Sequence[Shown]]
    #: Cells of the student's own that belong to no item.
    others: Sequence[Shown]


@dataclass
class _Sorter:
    limit: int
    #: Cells as they were handed out, by grade_id.
    given: Mapping[str, str]
    replaced: Collection[str]
    room: Room = field(default_factory=Room)
    answers: dict[str, list[Shown]] = field(default_factory=dict)
    around: dict[str, list[Shown]] = field(default_factory=dict)
    others: list[Shown] = field(default_factory=list)


def work_in(
    notebook: Notebook,
    items: Sequence[Item],
    limit: int,
    given: Mapping[str, str] | None = None,
    replaced: Collection[str] = (),
) -> Work:
    """What of a graded notebook is the student's.

    Args:
        notebook: as it was graded.
        items: of the assignment.
        limit: how many characters a cell may show, all its outputs together.
        given: the cells as they were handed out, by grade_id, as far as that is known.
        replaced: grade_ids of answers in whose place stands the cell as it was handed out.
    """
    by_id = {item.grade_id: item for item in items}
    owner: dict[str, str] = {}
    for item in items:
        for name in item.functions:
            owner.setdefault(name, item.grade_id)
    sorter, place, seen = _Sorter(limit, given or {}, replaced), "", set()
    rest: list[tuple[str, Cell]] = []
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
            rest.append((place, cell))
        seen.add(name)
    # The room is for the graded answers first, then for what is around them, and then for the others.
    for place, cell in sorted(rest, key=lambda each: not each[0]):
        _sort_in(cell, place, sorter)
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
    replaced = name in sorter.replaced
    if cell["cell_type"] != "code":
        text = sorter.room.rendered(sorter.room.for_text(source_of(cell)), _written)
        return Shown(name, text=text, replaced=replaced)
    return Shown(
        name,
        code=_code(source_of(cell), sorter.given.get(name), sorter.room),
        outputs=_outputs(cell, sorter.room),
        cut=was_cut(cell, sorter.limit),
        replaced=replaced,
    )


def _written(source: str) -> Markup:
    """A written answer. What Markdown shows nothing of is shown letter by letter."""
    text = from_markdown(source)
    if any(_is_drawn(each) and not each.isspace() for each in text.striptags()):
        return text
    # `ascii` writes down what cannot be seen as Python does, as in \x07.
    letters = (
        each if _is_drawn(each) or each == "\n" else ascii(each)[1:-1]
        for each in "\n".join(raw_lines(source[:MAX_MARKUP]))
    )
    return Markup("<pre>{}</pre>").format("".join(letters)) if source.strip() else text


def _is_drawn(letter: str) -> bool:
    """Whether something is seen of a letter, be it the gap that a blank leaves."""
    return letter.isprintable() and not _BLANK.match(letter)


def _code(source: str, given: str | None, room: Room) -> Code:
    if room.for_text(source) is not source:
        return Code((escape(LEFT_OUT),), left_out=True)
    raw = raw_lines(source)
    lines = room.for_lines(code_lines(source))
    more = len(raw) - len(lines)
    if not lines:
        return Code((escape(LEFT_OUT),), left_out=True)
    shown = room.coloured(lines)
    if given is None:
        return Code(shown, None, more)
    found = compared(given, raw)
    own = frozenset(number for number in found.own if number <= len(lines))
    return Code(shown, own, more, found.gone)


def _outputs(cell: Cell, room: Room) -> tuple[Output, ...]:
    found: list[Output] = []
    for output in cell.get("outputs") or ():
        shown = _output(output, room) if isinstance(output, dict) else None
        if shown is None or not shown.content.strip():
            continue
        if found and shown.content == LEFT_OUT and found[-1].content.endswith(LEFT_OUT):
            continue  # that is said already
        if found and found[-1].kind == shown.kind == "text":
            before = found.pop().content
            glue = "" if before.endswith("\n") or output.get("output_type") == "stream" else "\n"
            shown = Output("text", before + glue + shown.content)
        if len(found) == _CELL_OUTPUTS:
            return (*found, Output("text", LEFT_OUT))
        found.append(shown)
    return tuple(found)


def _output(output: Mapping[str, Any], room: Room) -> Output | None:
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
        text = room.for_text(clean_text(data.get(name)))
        if text is LEFT_OUT:
            return Output("text", text)
        markup = room.rendered(text, clean)
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
