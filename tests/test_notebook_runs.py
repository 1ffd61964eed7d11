"""The instructor's notebook at work: its numbers, its training, a run from top to bottom."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from testcases.regularization import fixtures

from .source_notebook import GRADED, NOTEBOOK, POINTS, ROOT, SOURCE, cell, code_cells, read

#: What the classic exercise prints for its examples: markdown cell → name → numbers.
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
            [0.36544439, 0.0, -0.00188233, 0.0, -0.17408748],
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


def test_solutions_reproduce_the_expected_output(answers: dict[str, Any]) -> None:
    """On the public fixtures, the notebook's own solutions give the numbers it prints."""
    cost = answers["compute_cost_with_regularization"](
        *fixtures.compute_cost_with_regularization_test_case(), 0.1
    )
    l2 = answers["backward_propagation_with_regularization"](
        *fixtures.backward_propagation_with_regularization_test_case(), 0.7
    )
    A3, _ = answers["forward_propagation_with_dropout"](
        *fixtures.forward_propagation_with_dropout_test_case(), 0.7
    )
    dropout = answers["backward_propagation_with_dropout"](
        *fixtures.backward_propagation_with_dropout_test_case(), 0.8
    )
    given = {
        "expected_cost": {"cost": cost},
        "expected_gradients": l2,
        "expected_dropout": {"A3": A3},
        "expected_dropout_gradients": dropout,
    }
    np.testing.assert_allclose(cost, EXPECTED["expected_cost"]["cost"], rtol=1e-12)
    for grade_id, entries in EXPECTED.items():
        for name, wanted in entries.items():
            np.testing.assert_allclose(given[grade_id][name], wanted, rtol=0, atol=1e-8)


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


def run(folder: Path, *, skip: bool) -> nbformat.NotebookNode:
    """A run of the notebook in a copy of the source folder, as a student or grader has it."""
    shutil.copytree(SOURCE, folder)
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
    printed = "".join(output.get("text", "") for output in executed_cell.outputs)
    return float(re.findall(r"Cost after iteration 20000: ([\d.]+)", printed)[-1])


AUTOMATIC_POINTS = {name: points for name, points in POINTS.items() if name != "interpretation"}


@pytest.mark.slow
def test_graded_cells_need_no_skipped_cell(tmp_path: Path) -> None:
    """With training and pictures skipped, all other cells run, and the solutions earn 90 points."""
    executed = run(tmp_path / "regularization", skip=True)
    assert points_shown(executed) == AUTOMATIC_POINTS


@pytest.mark.slow
@pytest.mark.usefixtures("pictures_inline")
def test_whole_notebook_runs_without_error_or_warning(tmp_path: Path) -> None:
    """Every cell, training included, runs; nothing is written to stderr; pictures are drawn."""
    executed = run(tmp_path / "regularization", skip=False)
    assert points_shown(executed) == AUTOMATIC_POINTS
    drawn = 0
    for each in code_cells(executed):
        for output in each.outputs:
            assert output.get("name") != "stderr", (each.id, output)
            drawn += "image/png" in output.get("data", {})
    assert drawn >= 10
    costs = {name: last_cost(cell(executed, f"train_{name}")) for name in ("plain", "dropout")}
    assert costs["dropout"] < costs["plain"]  # section 3.5 builds on it


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
