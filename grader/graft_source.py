"""The source notebook as the graft needs it: read once, used for thousands of submissions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from .errors import GraderError
from .graft_reading import StudentCell
from .nbgrader_course import Markers
from .notebooks import (
    Cell,
    Notebook,
    UnbalancedMarkersError,
    label_of,
    nbgrader_of,
    outside,
    regions,
    source_of,
)

#: answer: the student's to fill in. test: an automatic test. given: any other cell that nbgrader
#: protects. open: a cell that nbgrader does not protect, so that students may edit it.
Role = Literal["answer", "test", "given", "open"]

#: The settings of nbgrader's that say what a cell is and what it is worth.
SETTINGS = ("grade", "solution", "locked", "points", "task")

_DEFINITION = re.compile(r"^def[ \t]+(\w+)", re.MULTILINE)
_VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class SourceCell:
    """One cell of the source notebook."""

    index: int
    role: Role
    #: What notes call it: its grade_id, or else its id.
    name: str
    grade_id: str | None
    cell_id: str
    cell_type: str
    #: The text that stands where nothing of the student's counts. Never a solution.
    text: str
    #: The text that students were given; and the same `without_blanks`.
    released: str
    released_plain: str
    #: The function that an answer must define, if it is code.
    function: str | None
    tags: frozenset[str]
    settings: Mapping[str, Any]

    @property
    def noun(self) -> str:
        """What notes call cells of this kind."""
        return {"answer": "answer cell", "test": "test cell"}.get(self.role, "given cell")

    @property
    def is_students(self) -> bool:
        """Whether the student's text goes into it."""
        return self.role in ("answer", "open")

    def is_untouched(self, cell: StudentCell) -> bool:
        """Whether a student's cell says what this cell said in the release."""
        # Nearly always the same to the letter, and that is quickly seen.
        return cell.text == self.released or without_blanks(cell.text) == self.released_plain


@dataclass(frozen=True)
class SourceNotebook:
    """The source notebook, taken apart. Plain data: it can be sent to other processes."""

    #: Name of the file that students hand in.
    file_name: str
    #: JSON of the notebook without solutions and outputs; the tests are whole.
    template: str
    cells: tuple[SourceCell, ...]
    kernel: str | None

    @cached_property
    def by_grade_id(self) -> dict[str, SourceCell]:
        """The cells that nbgrader knows by name."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @cached_property
    def by_id(self) -> dict[str, SourceCell]:
        """The cells by cell id."""
        return {cell.cell_id: cell for cell in self.cells}

    @cached_property
    def by_released_text(self) -> dict[str, tuple[SourceCell, ...]]:
        """The cells by `released_plain`; several of them may have one text."""
        found: dict[str, tuple[SourceCell, ...]] = {}
        for cell in self.cells:
            if plain := cell.released_plain:
                found[plain] = (*found.get(plain, ()), cell)
        return found

    @cached_property
    def test_after(self) -> dict[int, SourceCell]:
        """For each cell, the first test cell that comes after it."""
        found: dict[int, SourceCell] = {}
        following: SourceCell | None = None
        for cell in reversed(self.cells):
            if following is not None:
                found[cell.index] = following
            if cell.role == "test":
                following = cell
        return found


def without_blanks(text: str) -> str:
    """A text as two texts are compared: editors change blanks at the ends of lines on their own."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def read_source(notebook: Notebook, file_name: str, markers: Markers) -> SourceNotebook:
    """Take the source notebook apart (as `read_notebook` gives it; it is not changed).

    Args:
        notebook: with solutions and hidden tests.
        file_name: name of the file that students hand in.
        markers: this course's markers, and the stubs that stand where solutions stood.

    Raises:
        GraderError: its markers are unbalanced, or two of its cells have one name.
    """
    try:
        return _read_source(notebook, file_name, markers)
    except (UnbalancedMarkersError, _TwiceError) as error:
        raise GraderError(
            f"Cannot grade with the source notebook {file_name}: {error}. "
            "Mend it; `grader verify` tells more."
        ) from error


class _TwiceError(ValueError):
    """Two cells of the source have one name."""


def _read_source(notebook: Notebook, file_name: str, markers: Markers) -> SourceNotebook:
    cells: list[SourceCell] = []
    template: list[Cell] = []
    taken: set[str] = set()
    for index, raw in enumerate(notebook["cells"]):
        cell, written = _source_cell(raw, index, markers)
        names = {f"id {cell.cell_id!r}", f"grade_id {cell.grade_id!r}"} - {"grade_id None"}
        if names & taken:
            raise _TwiceError(f"two of its cells have the {min(names & taken)}")
        taken |= names
        cells.append(cell)
        template.append(written)
    metadata = notebook["metadata"]
    whole = {"cells": template, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    kernel = metadata.get("kernelspec", {}).get("name")
    return SourceNotebook(file_name, json.dumps(whole), tuple(cells), kernel)


def _source_cell(raw: Cell, index: int, markers: Markers) -> tuple[SourceCell, Cell]:
    full = source_of(raw)
    role = _role(raw)
    try:
        released = _released(raw, full, markers)
    except UnbalancedMarkersError as error:
        raise UnbalancedMarkersError(f"{label_of(raw, index)}: {error}") from error
    text = released if role in ("answer", "open") else full
    settings = nbgrader_of(raw)
    grade_id = settings.get("grade_id") or None
    cell_id = raw.get("id") or (
        grade_id if grade_id and _VALID_ID.fullmatch(grade_id) else f"cell-{index + 1}"
    )
    written: Cell = {
        "cell_type": raw["cell_type"],
        "id": cell_id,
        "metadata": raw["metadata"],
        "source": text,
    }
    if raw["cell_type"] == "code":
        written.update(execution_count=None, outputs=[])
    elif "attachments" in raw and role != "answer":
        written["attachments"] = raw["attachments"]
    cell = SourceCell(
        index=index,
        role=role,
        name=grade_id or cell_id,
        grade_id=grade_id,
        cell_id=cell_id,
        cell_type=raw["cell_type"],
        text=text,
        released=released,
        released_plain=without_blanks(released),
        function=_function(full, grade_id) if raw["cell_type"] == "code" else None,
        tags=frozenset(raw["metadata"].get("tags", ())),
        settings={key: settings[key] for key in SETTINGS if key in settings},
    )
    return cell, written


def _role(raw: Cell) -> Role:
    settings = nbgrader_of(raw)
    if settings.get("solution"):
        return "answer"
    if settings.get("grade"):
        return "test"
    return "given" if settings.get("locked") or settings.get("task") else "open"


def _released(raw: Cell, full: str, markers: Markers) -> str:
    """The text that students get, as nbgrader makes it."""
    text = _with_stub(raw, full, markers)
    for pair in (markers.hidden_tests, markers.mark_scheme):
        regions(text, pair)  # complains where markers are unbalanced
    return "\n".join(outside(text, (markers.hidden_tests, markers.mark_scheme)))


def _with_stub(raw: Cell, full: str, markers: Markers) -> str:
    stub = markers.code_stub if raw["cell_type"] == "code" else markers.text_stub
    if not regions(full, markers.solution):
        return stub if nbgrader_of(raw).get("solution") else full
    begin, end = markers.solution
    lines: list[str] = []
    inside = False
    for line in full.split("\n"):
        if begin in line:
            margin = line[: len(line) - len(line.lstrip())]
            lines.extend(margin + piece for piece in stub.split("\n"))
            inside = True
        elif end in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _function(full: str, grade_id: str | None) -> str | None:
    """The function that a cell is about: the one that it is named after, or its first."""
    defined = _DEFINITION.findall(full)
    return grade_id if grade_id in defined else next(iter(defined), None)
