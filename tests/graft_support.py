"""Support for tests of the graft: the source, a student's notebook to damage, and what always holds."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import nbformat

from grader.course import open_course
from grader.graft import Graft, SourceNotebook, graft, read_source
from grader.nbgrader_course import Markers, markers_of, nbgrader_for
from grader.notebooks import read_notebook, regions
from testcases.regularization.answers import (
    BACK_DROPOUT,
    BACK_L2,
    CLASSIC,
    COST,
    FORWARD,
    FUNCTIONS,
)
from tests.solving import fill
from tests.source_notebook import NOTEBOOK, ROOT

__all__ = ["BACK_DROPOUT", "BACK_L2", "COST", "FORWARD", "FUNCTIONS"]

FILE = "regularization.ipynb"
RELEASE = ROOT / "release" / "regularization" / FILE
MANUAL = "interpretation"
ESSAY = "Because the weights stay small."
TESTS = (*(f"test_{name}" for name in FUNCTIONS), "test_training")

Notebook = dict[str, Any]
Cell = dict[str, Any]


@cache
def markers() -> Markers:
    """The course's own markers."""
    with nbgrader_for(open_course(ROOT)) as nbgrader:
        return markers_of(nbgrader)


@cache
def source() -> SourceNotebook:
    """The course's source notebook, taken apart."""
    return read_source(read_notebook(NOTEBOOK, ""), FILE, markers())


@cache
def _source_cells() -> tuple[Cell, ...]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return tuple({**cell, "source": "".join(cell["source"])} for cell in cells)


@cache
def _solved() -> str:
    notebook = json.loads(RELEASE.read_text(encoding="utf-8"))
    for name in FUNCTIONS:
        at(notebook, name)["source"] = answer(name)
    at(notebook, MANUAL)["source"] = ESSAY
    return json.dumps(notebook)


def solved() -> Notebook:
    """What a good student hands in, to be damaged: the release with every answer right."""
    notebook: Notebook = json.loads(_solved())
    return notebook


def answer(name: str) -> str:
    """The text of a right answer cell."""
    return fill(name, CLASSIC[name].gaps)


def place(notebook: Notebook, grade_id: str) -> int:
    """Where in a notebook the (first) cell with this grade_id is."""
    return next(
        index
        for index, cell in enumerate(notebook["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def at(notebook: Notebook, grade_id: str) -> Cell:
    """The (first) cell with this grade_id."""
    cell: Cell = notebook["cells"][place(notebook, grade_id)]
    return cell


def remove(notebook: Notebook, grade_id: str) -> Cell:
    """Take a cell out."""
    cell: Cell = notebook["cells"].pop(place(notebook, grade_id))
    return cell


def insert_after(notebook: Notebook, grade_id: str, *cells: Cell) -> None:
    """Put cells after the one with this grade_id."""
    where = place(notebook, grade_id) + 1
    notebook["cells"][where:where] = cells


def code(text: str, cell_id: str = "mine", **metadata: Any) -> Cell:
    """A code cell of the student's own."""
    return {
        "cell_type": "code",
        "execution_count": 1,
        "id": cell_id,
        "metadata": metadata,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "hello"}],
        "source": text,
    }


def copy_of(cell: Cell, text: str, cell_id: str = "copy") -> Cell:
    """A copy as JupyterLab makes it: all metadata, and another id."""
    return {**copy.deepcopy(cell), "source": text, "id": cell_id}


def regraft(notebook: Any) -> Graft:
    """Hand this in, and see that what always holds does hold."""
    done = graft(source(), json.dumps(notebook).encode())
    check(done)
    return done


def text(done: Graft, grade_id: str) -> str:
    """The text of a cell of the result."""
    found: str = at(done.notebook, grade_id)["source"]
    return found


def order(done: Graft) -> list[str]:
    """The ids of the result's cells, in order."""
    return [cell["id"] for cell in done.notebook["cells"]]


def neighbours(done: Graft, cell_id: str) -> tuple[str, str]:
    """The ids of the cells before and after one."""
    ids = order(done)
    where = ids.index(cell_id)
    return ids[where - 1], ids[where + 1]


def said(done: Graft, *pieces: str) -> bool:
    """Whether one of the notes has all these pieces."""
    return any(all(piece in note for piece in pieces) for note in done.notes)


def solution_lines() -> list[str]:
    """Every line that stands only in a solution, long enough to be told from any other."""
    pair = markers().solution
    return [
        line.strip()
        for cell in _source_cells()
        for region in regions(cell["source"], pair)
        for line in region.lines
        if len(line.strip()) > 12
    ]


def check(done: Graft) -> None:
    """What holds of every graft, whatever was handed in.

    Every cell of the source's is there exactly once, in the source's order, with its metadata; tests
    and given cells have the source's text; ids are unique; there are no outputs; nbformat agrees.
    """
    notebook = done.notebook
    nbformat.validate(copy.deepcopy(notebook))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = order(done)
    assert len(set(ids)) == len(ids)
    theirs = {cell["id"] for cell in _source_cells()}
    kept = [cell for cell in notebook["cells"] if cell["id"] in theirs]
    for ours, original in zip(kept, _source_cells(), strict=True):
        assert ours["id"] == original["id"]
        assert ours["metadata"] == original["metadata"]
        assert ours["cell_type"] == original["cell_type"]
        if not original["metadata"]["nbgrader"]["solution"]:
            assert ours["source"] == original["source"]
    assert done.student_cells - theirs == set(ids) - theirs
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    "\n".join(done.notes).encode("utf-8")
