"""The graft: a student's answers, put into a clean copy of the source notebook.

What is graded is never the submitted notebook itself. It is the instructor's notebook, cell for
cell and in its own order, with the student's texts in the answer cells and the student's own cells
in between. So whatever was deleted, moved, retyped, re-tagged or tampered with, the tests are the
instructor's, each exactly once and in its place.

**Finding an answer.** By grade_id or cell id; a cell that lost both, by its text if that is still as
released, or else by the function that it defines at the top level (a regular expression sees that,
so syntax errors do no harm; one cell may define several functions and then answers for each).
An answer cell that is still as released, or empty, is no answer: a cell elsewhere that defines the
function is taken instead, unless it stands between the answer cell and its test, where it counts
anyway when the notebook runs from top to bottom. Without any answer the released stub stands there,
never the solution.

**Several copies of an answer cell.** People copy a cell to try something. From top to bottom, what
the test sees is the last definition before it. So of the copies that were worked on (differ from the
release) those that define the function go first, then those that come before the test, and the last
of these is the answer. Other copies that were worked on stay where they are as the student's own
cells; copies still as released are dropped, since they would undo the answer.

**Given cells and tests** are the source's, with the source's metadata and tags. What the student did
to them is noted and dropped. Copies of tests are dropped, edited or not; an edited one that has lost
its metadata too cannot be told from an own cell, and does as little. An edited copy of another given
cell is the student's own experiment and stays, with the source cell's tags: a copied training cell
is still skipped. Cells that nbgrader does not protect at all ("open") are the student's to edit.

**The student's own cells** stay in order, each after the nearest cell before it that is known and was
not moved. Their metadata and tags are dropped, with the outputs; empty ones are left out. A cell
that redefines a graded function after its answer cell stays too: that is the student's own doing.

The result is what nbgrader's own autograded notebook would be: its test cells hold the hidden
tests. It is for the instructor. Nobody may run its test cells where the student's code runs, and
what goes to students has to be stripped of them, as feedback is.

This is a pure function of bytes. Nothing of the submission is executed, imported or unpickled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .graft_choice import choose_notebook
from .graft_matching import Matching
from .graft_notes import Notes, shown
from .graft_reading import StudentCell, StudentNotebook, UnreadableError, read_submitted
from .graft_source import SourceCell, SourceNotebook, read_source
from .harmless import harmless
from .notebooks import Cell, Notebook
from .submissions import MAX_NOTEBOOK_BYTES

__all__ = [
    "Answered",
    "Graft",
    "SourceNotebook",
    "UnreadableError",
    "graft",
    "graft_files",
    "read_source",
]

#: submitted: there is an answer of the student's. untouched: the cell is there, as released.
#: missing: there is none, or it is empty; the released cell stands in its place.
Answered = Literal["submitted", "untouched", "missing"]

_VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Graft:
    """A submission, made fit to be run."""

    #: nbformat 4.5.
    notebook: Notebook
    #: What was repaired, as sentences for instructor and student.
    notes: tuple[str, ...]
    #: What became of each answer cell, by grade_id.
    answered: Mapping[str, Answered]
    #: The ids of the cells whose text is, or could be, the student's: answer cells, open cells, own
    #: cells. All other cells are the same for everybody.
    student_cells: frozenset[str]
    #: Names of the other files handed in, if the graft was told of them.
    other_files: tuple[str, ...] = ()


def graft_files(
    source: SourceNotebook, files: Mapping[str, bytes], max_bytes: int = MAX_NOTEBOOK_BYTES
) -> Graft:
    """Graft the notebook that is among the files handed in (by name, with `/`).

    Raises:
        UnreadableError: there is none, or it cannot be read; see `choose_notebook` and `graft`.
    """
    notes = Notes()
    choice = choose_notebook(files, source.file_name, notes)
    done = _graft(source, files[choice.name], choice.name, notes, max_bytes)
    return replace(done, other_files=choice.others)


def graft(source: SourceNotebook, content: bytes, max_bytes: int = MAX_NOTEBOOK_BYTES) -> Graft:
    """Graft a submitted notebook.

    Raises:
        UnreadableError: it is empty, cut off, larger than `max_bytes`, nested too deeply, of an
            unknown format, or no notebook. Nothing else is ever raised, whatever the content.
    """
    return _graft(source, content, source.file_name, Notes(), max_bytes)


def _graft(
    source: SourceNotebook, content: bytes, name: str, notes: Notes, max_bytes: int
) -> Graft:
    shown_name = name if name == source.file_name else shown(name)
    submitted = read_submitted(content, shown_name, notes, max_bytes)
    matching = Matching(source, submitted, notes)
    if not any(_is_a_sign(source.cells[index], there) for index, there in matching.primary.items()):
        raise UnreadableError(
            f"Cannot read {shown_name}: it holds no answer cell and no test cell of the assignment. Is it "
            "another notebook? Hand in the one in which you worked."
        )
    answered = _outcomes(source, matching, notes)
    _compare(source, submitted, matching, notes)
    notebook, own_ids = _assemble(source, submitted, matching, notes)
    open_ids = {cell.cell_id for cell in source.cells if cell.is_students}
    return Graft(notebook, notes.sentences(), answered, frozenset(open_ids | own_ids))


def _is_a_sign(cell: SourceCell, there: StudentCell) -> bool:
    """Whether finding this cell says that the notebook is the assignment's.

    The stub of a written answer says nothing: it is the same in every assignment.
    """
    if cell.role == "answer":
        return there.grade_id == cell.grade_id or not cell.is_untouched(there)
    return cell.role == "test"


def _outcomes(source: SourceNotebook, matching: Matching, notes: Notes) -> dict[str, Answered]:
    """What became of each answer cell."""
    answered: dict[str, Answered] = {}
    for cell in source.cells:
        if cell.role != "answer":
            continue
        there = matching.primary.get(cell.index)
        if cell.index in matching.answer or cell.index in matching.in_place:
            answered[cell.name] = "submitted"
        elif there is not None and not there.is_blank:
            answered[cell.name] = "untouched"
        else:
            answered[cell.name] = "missing"
            notes.add(cell.noun, cell.name, "unanswered")
    return answered


def _compare(
    source: SourceNotebook, submitted: StudentNotebook, matching: Matching, notes: Notes
) -> None:
    """Note what the student did to the source's cells."""
    for cell in source.cells:
        there = matching.primary.get(cell.index)
        if there is not None:
            _compare_cell(cell, there, notes)
            if cell.index not in matching.unmoved:
                notes.add(cell.noun, cell.name, "moved")
        elif cell.role != "answer":  # of those, the outcome has told
            notes.add(cell.noun, cell.name, "missing")
    kernel = submitted.kernel
    if kernel is not None and source.kernel and kernel != source.kernel:
        notes.say(f"The notebook asked for the kernel {shown(kernel)}; {source.kernel} was used.")


def _compare_cell(cell: SourceCell, there: StudentCell, notes: Notes) -> None:
    if not cell.is_students and not cell.is_untouched(there):
        notes.add(cell.noun, cell.name, "edited")
    if there.cell_type != cell.cell_type:
        notes.add(cell.noun, cell.name, "retyped")
    if cell.grade_id and there.grade_id != cell.grade_id:
        notes.add(cell.noun, cell.name, "nameless")
    elif any(there.settings.get(key, value) != value for key, value in cell.settings.items()):
        notes.add(cell.noun, cell.name, "settings")
    if set(there.tags) != cell.tags:
        notes.add(cell.noun, cell.name, "tags")


def _assemble(
    source: SourceNotebook, submitted: StudentNotebook, matching: Matching, notes: Notes
) -> tuple[Notebook, frozenset[str]]:
    """The notebook, and the ids of the student's own cells in it."""
    notebook: Notebook = json.loads(source.template)
    given: list[Cell] = notebook["cells"]
    for index, answer in matching.answer.items():
        is_code = given[index]["cell_type"] == "code"
        given[index]["source"] = answer.text if is_code else harmless(answer.text, answer.pictures)
        if not is_code and answer.pictures:
            given[index]["attachments"] = answer.pictures
    after = _own_cells(source, submitted, matching, notes)
    cells = [*after.get(-1, ())]
    for index, raw in enumerate(given):
        cells += [raw, *after.get(index, ())]
    notebook["cells"] = cells
    return notebook, frozenset(cell["id"] for own in after.values() for cell in own)


def _own_cells(
    source: SourceNotebook, submitted: StudentNotebook, matching: Matching, notes: Notes
) -> dict[int, list[Cell]]:
    """The student's own cells by the source cell that they follow; -1: they come first."""
    anchors = {matching.primary[index].number: index for index in matching.unmoved}
    own = {cell.number for cell in matching.own if not cell.is_blank}
    taken = {cell.cell_id for cell in source.cells}
    after: dict[int, list[Cell]] = {}
    anchor = -1
    for cell in submitted.cells:
        anchor = anchors.get(cell.number, anchor)
        if cell.number in own:
            copied = matching.copy_of.get(cell.number)
            tags = copied.tags if copied is not None else frozenset()
            if set(cell.tags) - tags:
                notes.add("submitted cell", cell.number, "own tags")
            written = _own_cell(cell, _free_id(cell, taken), tags)
            taken.add(written["id"])
            after.setdefault(anchor, []).append(written)
    return after


def _own_cell(cell: StudentCell, cell_id: str, tags: Collection[str]) -> Cell:
    written: Cell = {
        "cell_type": cell.cell_type,
        "id": cell_id,
        "metadata": {"tags": sorted(tags)} if tags else {},
        "source": cell.text if cell.cell_type == "code" else harmless(cell.text, cell.pictures),
    }
    if cell.cell_type == "code":
        written.update(execution_count=None, outputs=[])
    elif cell.pictures:
        written["attachments"] = cell.pictures
    return written


def _free_id(cell: StudentCell, taken: Collection[str]) -> str:
    """The student's own id if it is valid and free; or else one made from the cell's place."""
    wanted = cell.cell_id
    if wanted is not None and _VALID_ID.fullmatch(wanted) and wanted not in taken:
        return wanted
    made, attempt = f"own-{cell.number}", 1
    while made in taken:
        attempt += 1
        made = f"own-{cell.number}-{attempt}"
    return made
