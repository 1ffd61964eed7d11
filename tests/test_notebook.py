"""The instructor's notebook: its structure, and what it promises to students."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from .source_notebook import (
    GRADED,
    NOTEBOOK,
    POINTS,
    ROOT,
    SOURCE,
    WARM_UP,
    cell,
    code_cells,
    is_skipped,
    read,
    text,
)

FORMULAS = ["N1", "N2", "N3", "1", "N4", "P1", "P2", "2", "3", "4", "5", "6", "7", "8", "W"]


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """The notebook as it lies in the source folder."""
    return read()


def called(source: str) -> set[str]:
    """Names of the functions that this code calls outside of function definitions."""
    names: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func))
        waiting.extend(ast.iter_child_nodes(node))
    return names


def solution_lines(source: str) -> list[str]:
    """The lines between the solution marks, without the space around them."""
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", source, flags=re.DOTALL)
    return [line.strip() for region in regions for line in region.splitlines() if line.strip()]


def outside_solutions(notebook: nbformat.NotebookNode) -> str:
    """All that remains of the notebook when the solutions are cut out."""
    region = re.compile(r"BEGIN SOLUTION.*?END SOLUTION", flags=re.DOTALL)
    return "\n".join(region.sub("", each.source) for each in notebook.cells)


def test_file_is_a_clean_version_4_5_notebook(notebook: nbformat.NotebookNode) -> None:
    """The file in git validates, names the plain Python kernel, and is as nbformat writes it."""
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec == {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    assert NOTEBOOK.read_text(encoding="utf-8") == nbformat.writes(notebook).rstrip("\n") + "\n"


def test_outputs_are_stripped(notebook: nbformat.NotebookNode) -> None:
    """No output and no execution count is kept in git."""
    for each in code_cells(notebook):
        assert each.outputs == []
        assert each.execution_count is None


def test_cell_ids_are_the_grade_ids(notebook: nbformat.NotebookNode) -> None:
    """Ids say what the cell is and never change by themselves; each exists once."""
    ids = [each.id for each in notebook.cells]
    assert ids == [each.metadata.nbgrader.grade_id for each in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_points_add_up_to_100(notebook: nbformat.NotebookNode) -> None:
    """The graded cells and their points are the ones that were promised."""
    graded = {
        each.metadata.nbgrader.grade_id: each.metadata.nbgrader.points
        for each in notebook.cells
        if each.metadata.nbgrader.grade
    }
    assert graded == POINTS
    assert sum(graded.values()) == 100


def test_only_answers_are_unlocked(notebook: nbformat.NotebookNode) -> None:
    """Students can type into the gaps and the written answer; every other cell is read-only."""
    open_cells = set()
    for each in notebook.cells:
        facts = each.metadata.nbgrader
        assert facts.schema_version == 3
        assert facts.task is False
        if facts.solution:
            open_cells.add(facts.grade_id)
        assert facts.locked is not facts.solution
    assert open_cells == {*GRADED, WARM_UP, "interpretation"}
    written = cell(notebook, "interpretation")
    assert written.cell_type == "markdown"
    assert written.metadata.nbgrader.grade is True


@pytest.mark.parametrize("name", GRADED)
def test_graded_cell_keeps_signature_and_gaps(notebook: nbformat.NotebookNode, name: str) -> None:
    """A published solution can be pasted in: same first line, same signature, same gaps."""
    source = cell(notebook, name).source
    signature, gaps = GRADED[name]
    assert source.splitlines()[0] == f"# GRADED FUNCTION: {name}"
    (function,) = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    assert (function.name, ast.unparse(function.args)) == (name, signature)
    gap = re.compile(
        r"### START CODE HERE ### \(about \d lines?[^\n]*\)\n\s*### BEGIN SOLUTION\n.+?"
        r"### END SOLUTION\n\s*### END CODE HERE ###",
        flags=re.DOTALL,
    )
    assert len(gap.findall(source)) == source.count("BEGIN SOLUTION") == gaps


@pytest.mark.parametrize("name", GRADED)
def test_docstring_states_the_contract(notebook: nbformat.NotebookNode, name: str) -> None:
    """Every argument, the shapes, what may be changed, and the random numbers are written down."""
    (function,) = ast.parse(cell(notebook, name).source).body
    assert isinstance(function, ast.FunctionDef)
    docstring = ast.get_docstring(function) or ""
    for argument in function.args.args:
        assert f"{argument.arg}: " in docstring
    assert "shape" in docstring
    assert "None of the arguments may be changed" in docstring
    assert "Returns:" in docstring
    assert ("Random numbers:" in docstring) == ("dropout" in name)


@pytest.mark.parametrize("name", [*GRADED, "training"])
def test_test_cell_joins_hidden_cases(notebook: nbformat.NotebookNode, name: str) -> None:
    """A test cell checks with the public cases in the release, and with hidden ones in grading."""
    source = cell(notebook, f"test_{name}").source
    assert source.splitlines()[0] == "from testCases import check"
    assert source.splitlines()[-1] == f'check("{name}", globals())'
    hidden = source.split("### BEGIN HIDDEN TESTS\n")[1].split("### END HIDDEN TESTS")[0]
    assert hidden.startswith("from testcases.hidden import check")


def test_given_cells_do_not_give_solutions_away(notebook: nbformat.NotebookNode) -> None:
    """No line of a solution stands anywhere in what students get."""
    rest = outside_solutions(notebook)
    for name in GRADED:
        for line in solution_lines(cell(notebook, name).source):
            assert line not in rest
    assert not re.search(r"[DR]\d? < keep_prob|\) < keep_prob|A[12] / keep_prob", rest)


def test_every_cell_that_trains_is_skipped_in_grading(notebook: nbformat.NotebookNode) -> None:
    """Validation and grading do not wait for training or for pictures; nothing else is skipped."""
    slow = {"model", "train_quietly", "load_2D_dataset", "plot_decision_boundary"}
    slow |= {"plt.show", "plt.subplots", "predict"}
    for each in code_cells(notebook):
        assert not (is_skipped(each) and each.metadata.nbgrader.grade)
        assert not (is_skipped(each) and each.metadata.nbgrader.solution)
        if called(each.source) & slow:
            assert is_skipped(each), each.id
    assert sum("model" in called(each.source) for each in code_cells(notebook)) == 3


def test_run_all_goes_on_past_examples_and_trainings(notebook: nbformat.NotebookNode) -> None:
    """An open gap in one function keeps nobody from the later checks and the progress report."""
    going_on = {
        each.id
        for each in code_cells(notebook)
        if "raises-exception" in each.metadata.get("tags", [])
    }
    uses = re.compile(r"with_(regularization|dropout)\(|, (lambd|keep_prob)=")
    for each in code_cells(notebook):
        facts = each.metadata.nbgrader
        if each.id.startswith("example_") or (is_skipped(each) and uses.search(each.source)):
            assert each.id in going_on
        if facts.grade or facts.solution:
            assert each.id not in going_on  # these explain by themselves, and should never stop


def test_training_accuracy_is_not_said_to_fall_always(notebook: nbformat.NotebookNode) -> None:
    """Section 4.2 shows an exception, so the text nowhere makes a law of it, and points there."""
    words = text(notebook)
    assert "**lowers** the training accuracy" not in words
    assert "It costs training accuracy" not in words
    assert "on the training set as well" in cell(notebook, "several_starts_notes").source
    for grade_id in ("comparison_table_notes", "conclusion"):
        assert "section 4.2" in cell(notebook, grade_id).source


def test_images_have_alt_text_that_tells_something(notebook: nbformat.NotebookNode) -> None:
    """Each picture is there, small, described in words, and none lies about unused."""
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text(notebook))
    assert sorted(f"images/{path.name}" for path in (SOURCE / "images").iterdir()) == sorted(
        path for _, path in pictures
    )
    for alt, path in pictures:
        assert len(alt) > 60, path
        size = (SOURCE / path).stat().st_size
        assert size < (400_000 if path.endswith(".gif") else 150_000), path
    assert "<img" not in text(notebook)


@pytest.mark.parametrize("name", ["dropout_one_layer.gif", "dropout_two_layers.gif", "penalty.gif"])
def test_animations_loop_slowly(name: str) -> None:
    """A frame stays for a second or more, so that nothing flickers and crosses can be counted."""
    with Image.open(SOURCE / "images" / name) as animation:
        assert animation.info["loop"] == 0
        assert animation.n_frames >= 7
        assert animation.info["duration"] >= 1000


@pytest.mark.slow
def test_pictures_are_what_the_program_makes(tmp_path: Path) -> None:
    """The pictures in the repository come from docs/make_pictures.py, up to font rendering."""
    names = sorted(path.name for path in (SOURCE / "images").iterdir())
    command = [sys.executable, str(ROOT / "docs" / "make_pictures.py"), "--output", str(tmp_path)]
    subprocess.run([*command, "--only", *names], check=True, capture_output=True)
    for name in names:
        with Image.open(SOURCE / "images" / name) as kept, Image.open(tmp_path / name) as made:
            assert kept.size == made.size
            difference = np.subtract(kept.convert("L"), made.convert("L"), dtype=float)
            assert np.abs(difference).mean() < 2, name


def test_formulas_are_numbered_once_and_in_order(notebook: nbformat.NotebookNode) -> None:
    """Texts, docstrings and messages can refer to a formula by its number."""
    assert re.findall(r"\\tag\{(\w+)\}", text(notebook)) == FORMULAS


def test_slips_of_the_classic_text_are_not_carried_over(notebook: nbformat.NotebookNode) -> None:
    """keep_prob 0.86 switches off 14 %, not 24 %, and the validation set is owned up to."""
    words = text(notebook)
    assert "24%" not in words.replace(" ", "")
    assert "14 %" in words
    assert "validation set" in words
    assert "`Xval`" in words


def test_older_last_digit_is_explained(notebook: nbformat.NotebookNode) -> None:
    """Who compares with an older version of the exercise learns why one last digit differs."""
    words = cell(notebook, "expected_dropout_gradients").source
    assert "Older versions of this exercise print `-0.00188233`" in words


def test_study_of_many_data_sets_is_quoted_rightly(notebook: nbformat.NotebookNode) -> None:
    """The table of 60 data sets in the conclusion has the numbers that datasets/README.md keeps."""
    readme = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    quoted = cell(notebook, "conclusion").source.replace(" %", "%")
    study = readme.split("<!-- study -->")[1].split("<!-- /study -->")[0]
    rows = [row.split("|")[2:5] for row in study.splitlines() if "±" in row and "|" in row]
    assert len(rows) == 3
    for train, test, gain in rows:
        assert f"|{train}|{test}|{gain}|" in quoted
    for share in re.findall(r"in (\d+%)|dropout in (\d+%)", study):
        assert "".join(share) in quoted
