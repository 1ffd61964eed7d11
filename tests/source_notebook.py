"""Where the instructor's notebook lies, what it promises, and how tests look up its cells."""

from __future__ import annotations

from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "source" / "regularization"
NOTEBOOK = SOURCE / "regularization.ipynb"

#: graded function → (arguments with defaults, as the classic exercise has them; number of gaps)
GRADED = {
    "compute_cost_with_regularization": ("A3, Y, parameters, lambd", 1),
    "backward_propagation_with_regularization": ("X, Y, cache, lambd", 3),
    "forward_propagation_with_dropout": ("X, parameters, keep_prob=0.5", 2),
    "backward_propagation_with_dropout": ("X, Y, cache, keep_prob", 2),
}
POINTS = {
    "test_compute_cost_with_regularization": 15,
    "test_backward_propagation_with_regularization": 20,
    "test_forward_propagation_with_dropout": 25,
    "test_backward_propagation_with_dropout": 20,
    "test_training": 10,
    "interpretation": 10,
}
WARM_UP = "double_it"


def read() -> nbformat.NotebookNode:
    """The notebook as it lies in the source folder."""
    return nbformat.read(NOTEBOOK, as_version=4)


def cell(notebook: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    """The one cell with this grade_id."""
    (found,) = (each for each in notebook.cells if each.metadata.nbgrader.grade_id == grade_id)
    return found


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """All code cells."""
    return [each for each in notebook.cells if each.cell_type == "code"]


def text(notebook: nbformat.NotebookNode) -> str:
    """All markdown, one cell after the other."""
    return "\n\n".join(each.source for each in notebook.cells if each.cell_type == "markdown")


def is_skipped(each: nbformat.NotebookNode) -> bool:
    """Whether validation and grading skip this cell."""
    return "skip-execution" in each.metadata.get("tags", [])
