"""The instructor's notebook at work: its numbers, its training, a run from top to bottom."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from grader.course import Course
from testcases.regularization import fixtures
from testcases.regularization.public import check

from .source_notebook import (
    GRADED,
    NOTEBOOK,
    POINTS,
    SOURCE,
    cell,
    code_cells,
    read,
)

#: Cell of an example → the cell with the output that it should have.
EXAMPLES = {
    "example_cost": "expected_cost",
    "example_gradients": "expected_gradients",
    "example_dropout": "expected_dropout",
    "example_dropout_gradients": "expected_dropout_gradients",
}
#: What the classic exercise prints for its examples: markdown cell → name → numbers. In one of them
#: it has another last digit: -0.00188233, from a cache that was typed in with eight decimals.
EXPECTED: dict[str, dict[str, Any]] = {
    "expected_cost": {"cost": 1.7864859451590758},
    "expected_gradients": {
        "dW1": [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
        "dW2": [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
        "dW3": [[-1.77691347, -0.11832879, -0.09397446]],
    },
    "expected_dropout": {
        "A3": [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]],
    },
    "expected_dropout_gradients": {
        "dA1": [
            [0.36544439, 0.0, -0.00188234, 0.0, -0.17408748],
            [0.65515713, 0.0, -0.00337459, 0.0, -0.0],
        ],
        "dA2": [
            [0.58180856, 0.0, -0.00299679, 0.0, -0.27715731],
            [0.0, 0.53159854, -0.0, 0.53159854, -0.34089673],
            [0.0, 0.0, -0.00292733, 0.0, -0.0],
        ],
    },
}


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """The notebook as it lies in the source folder."""
    return read()


@pytest.fixture(scope="module")
def network() -> ModuleType:
    """The given network, under a name of its own, so that no other test meets it."""
    spec = importlib.util.spec_from_file_location("reg_utils_of_source", SOURCE / "reg_utils.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def answers(notebook: nbformat.NotebookNode, network: ModuleType) -> dict[str, Any]:
    """What is defined once the solution cells and the cell of `model` have run."""
    namespace: dict[str, Any] = {**vars(network), "np": np}
    for name in (*GRADED, "model"):
        exec(compile(cell(notebook, name).source, name, "exec"), namespace)  # noqa: S102
    return namespace


def numbers_in(line: str) -> list[float]:
    """All numbers of a table row, without the name in its first column."""
    cells = "|".join(line.split("|")[2:])
    return [float(number) for number in re.findall(r"-?\d+\.\d*", cells)]


@pytest.mark.parametrize("grade_id", EXPECTED)
def test_expected_output_is_the_classic_one(notebook: nbformat.NotebookNode, grade_id: str) -> None:
    """The numbers that students compare with are those of the classic exercise."""
    rows = cell(notebook, grade_id).source.splitlines()
    for name, wanted in EXPECTED[grade_id].items():
        (row,) = (row for row in rows if row.startswith(f"| `{name}`"))
        assert numbers_in(row) == np.ravel(wanted).tolist()


def table_as_printed(notebook: nbformat.NotebookNode, grade_id: str) -> str:
    """What an example prints if it prints this table: `name = value`, arrays on lines of their own."""
    printed = ""
    for row in cell(notebook, grade_id).source.splitlines():
        if row.startswith("| `"):
            name, *lines = re.findall(r"`([^`]*)`", row)
            between = "\n" if name.startswith("d") else " "
            printed += f"{name} ={between}" + "\n".join(lines) + "\n"
    return printed


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_print_the_expected_output(
    notebook: nbformat.NotebookNode, answers: dict[str, Any], example: str
) -> None:
    """To the last digit and blank, a solved notebook prints what its tables say."""
    namespace = {**answers, **vars(fixtures)}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(cell(notebook, example).source, example, "exec"), namespace)  # noqa: S102
    assert printed.getvalue() == table_as_printed(notebook, EXAMPLES[example])


#: function → (for each gap None or a placeholder, points that are still earned on the example)
PLACEHOLDERS: dict[str, tuple[list[str | None], float]] = {
    "backward_propagation_with_regularization": ([None, "dW2 = None", None], 14),
    "forward_propagation_with_dropout": ([None, "D2 = None"], 12.5),
    "backward_propagation_with_dropout": ([None, "pass"], 10),
}


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_placeholders_let_finished_parts_be_judged(
    notebook: nbformat.NotebookNode, answers: dict[str, Any], name: str
) -> None:
    """The placeholders that the notebook recommends cost their own part only."""
    placeholders, points = PLACEHOLDERS[name]
    waiting = iter(placeholders)

    def fill(gap: re.Match[str]) -> str:
        placeholder = next(waiting)
        if placeholder is None:
            return gap[0]
        assert f"`{placeholder}`" in cell(notebook, "how_it_works").source
        return placeholder

    region = re.compile(r"### BEGIN SOLUTION\n.*?### END SOLUTION", flags=re.DOTALL)
    exec(region.sub(fill, cell(notebook, name).source), answers)  # noqa: S102
    assert check(name, answers) == points


def test_model_refuses_two_kinds_of_regularization_at_once(answers: dict[str, Any]) -> None:
    """Asked for a penalty and for dropout together, `model` says what to do instead."""
    X, Y = np.zeros((2, 4)), np.array([[0, 1, 0, 1]])
    with pytest.raises(
        ValueError, match=r"Cannot train with lambd=0.7 and keep_prob=0.86 together"
    ):
        answers["model"](X, Y, num_iterations=1, lambd=0.7, keep_prob=0.86)


@pytest.fixture
def pictures_inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels show pictures in the notebook, as they do for students."""
    monkeypatch.delenv("MPLBACKEND", raising=False)


def run(folder: Path, *, skip: bool, origin: Path = SOURCE) -> nbformat.NotebookNode:
    """A run of the notebook in a copy of its folder, as a student or grader has it.

    It stops at an error, except in the cells that are tagged to go on: see `stopped`.
    """
    shutil.copytree(origin, folder)
    executed = nbformat.read(folder / NOTEBOOK.name, as_version=4)
    client = NotebookClient(
        executed,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        skip_cells_with_tag="skip-execution" if skip else "no cell has this tag",
    )
    client.execute()
    return executed


def stopped(executed: nbformat.NotebookNode) -> dict[str, str]:
    """grade_id → the error that the cell stopped with; the run itself may have gone on after it."""
    return {
        each.id: output.ename
        for each in code_cells(executed)
        for output in each.outputs
        if output.output_type == "error"
    }


def printed_by(executed_cell: nbformat.NotebookNode) -> str:
    """All that a cell has printed."""
    return "".join(output.get("text", "") for output in executed_cell.outputs)


def points_shown(executed: nbformat.NotebookNode) -> dict[str, float]:
    """grade_id → the number that the test cell ended with."""
    shown = {}
    for grade_id in POINTS.keys() - {"interpretation"}:
        (result,) = (
            output
            for output in cell(executed, grade_id).outputs
            if output.output_type == "execute_result"
        )
        shown[grade_id] = float(result.data["text/plain"])
    return shown


def last_cost(executed_cell: nbformat.NotebookNode) -> float:
    """The last cost that a training cell printed."""
    costs = re.findall(r"Cost after iteration 20000: ([\d.]+)", printed_by(executed_cell))
    return float(costs[-1])


def mean_accuracies(executed_cell: nbformat.NotebookNode) -> dict[str, tuple[float, float]]:
    """Setting → mean accuracy in percent over the starts, on the training set and the test set."""
    rows = re.findall(
        r"^(.+?) +training ([\d.]+)% +test ([\d.]+)%", printed_by(executed_cell), flags=re.MULTILINE
    )
    return {name: (float(train), float(test)) for name, train, test in rows}


AUTOMATIC_POINTS = {name: points for name, points in POINTS.items() if name != "interpretation"}


@pytest.mark.slow
def test_graded_cells_need_no_skipped_cell(tmp_path: Path) -> None:
    """With training and pictures skipped, all other cells run, and the solutions earn 90 points."""
    executed = run(tmp_path / "regularization", skip=True)
    assert stopped(executed) == {}
    assert points_shown(executed) == AUTOMATIC_POINTS


@pytest.mark.slow
@pytest.mark.usefixtures("pictures_inline")
def test_whole_notebook_runs_without_error_or_warning(tmp_path: Path) -> None:
    """Every cell, training included, runs as the text says; no stderr; pictures are drawn."""
    executed = run(tmp_path / "regularization", skip=False)
    assert stopped(executed) == {}
    assert points_shown(executed) == AUTOMATIC_POINTS
    drawn = 0
    for each in code_cells(executed):
        for output in each.outputs:
            assert output.get("name") != "stderr", (each.id, output)
            drawn += "image/png" in output.get("data", {})
    assert drawn >= 10
    costs = {name: last_cost(cell(executed, f"train_{name}")) for name in ("plain", "dropout")}
    assert costs["dropout"] < costs["plain"]  # section 3.5 builds on it
    means = mean_accuracies(cell(executed, "several_starts_plot"))
    on_train, on_test = ({name: pair[i] for name, pair in means.items()} for i in (0, 1))
    assert len(means) == 4
    assert max(on_train, key=on_train.__getitem__) == "dropout 0.86, fresh masks"  # section 4.2
    assert max(on_test, key=on_test.__getitem__) == "dropout 0.86, fresh masks"
    assert on_train["L2, λ = 0.7"] < on_train["no regularization"]
    assert on_train["dropout 0.86, same masks"] < on_train["no regularization"]


@pytest.mark.slow
@pytest.mark.usefixtures("pictures_inline")
def test_run_all_reaches_the_end_of_an_untouched_release(
    released_course_template: Course, tmp_path: Path
) -> None:
    """Open gaps stop exactly the cells that are tagged for it, training included, and no run."""
    released = released_course_template.release("regularization")
    executed = run(tmp_path / "regularization", skip=False, origin=released)
    errors = stopped(executed)
    tagged = {
        each.id
        for each in code_cells(executed)
        if "raises-exception" in each.metadata.get("tags", [])
    }
    assert set(errors) == tagged
    assert set(errors.values()) == {"NotImplementedError", "NameError"}
    assert "there is still an empty gap" in printed_by(cell(executed, "progress"))


@pytest.mark.slow
def test_an_error_in_a_tagged_cell_is_seen(tmp_path: Path) -> None:
    """A solved notebook that fails in a cell tagged to go on does not pass for a good one."""
    shutil.copytree(SOURCE, tmp_path / "spoilt")
    spoilt = read()
    cell(spoilt, "example_dropout").source = "1 / 0"
    nbformat.write(spoilt, tmp_path / "spoilt" / NOTEBOOK.name)
    executed = run(tmp_path / "regularization", skip=True, origin=tmp_path / "spoilt")
    assert stopped(executed) == {"example_dropout": "ZeroDivisionError"}
