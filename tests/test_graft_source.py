"""The graft: the source notebook, and when it is refused."""

from __future__ import annotations

import json

import pytest

from grader.errors import GraderError
from grader.graft import graft, read_source
from grader.notebooks import read_notebook
from tests.graft_support import (
    COST,
    FILE,
    FORWARD,
    at,
    code,
    markers,
    solved,
)
from tests.source_notebook import NOTEBOOK


def test_source_with_one_name_for_two_cells_is_refused() -> None:
    """A source in which two cells have one name cannot be grafted onto."""
    notebook = read_notebook(NOTEBOOK, "")
    at(notebook, "title")["metadata"]["nbgrader"]["grade_id"] = COST
    with pytest.raises(GraderError, match="two of its cells have the grade_id"):
        read_source(notebook, FILE, markers())


def test_source_with_an_open_region_is_refused() -> None:
    """A solution that never ends is an error, not something to hand out."""
    notebook = read_notebook(NOTEBOOK, "")
    at(notebook, FORWARD)["source"] = "### BEGIN SOLUTION\nx = 1"
    with pytest.raises(GraderError, match=f"{FORWARD}.*BEGIN SOLUTION"):
        read_source(notebook, FILE, markers())


def test_open_cells_are_the_students() -> None:
    """A cell that nbgrader does not protect keeps what the student wrote into it."""
    notebook = read_notebook(NOTEBOOK, "")
    notebook["cells"].insert(1, {**code("scratch = 0", "scratch"), "outputs": []})
    loose = read_source(notebook, FILE, markers())
    handed_in = solved()
    handed_in["cells"].insert(1, code("scratch = 7", "scratch"))
    done = graft(loose, json.dumps(handed_in).encode())
    assert done.notebook["cells"][1]["source"] == "scratch = 7"
    assert "scratch" in done.student_cells
    assert done.notes == ()
