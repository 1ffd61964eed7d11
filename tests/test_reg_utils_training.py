"""The notebook's `model` on the classic data, with the given network and the four solutions."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rc_context

from datasets.loader import load_data
from testcases import load_assignment

from .given_network import recorded_figures
from .solving import solution_cells
from .source_notebook import ROOT, SOURCE, cell, read

# Also without this project's settings for pytest, no warning may pass.
pytestmark = pytest.mark.filterwarnings("error")

CLASSIC_FILE = ROOT.parent / "shared" / "datasets" / "original" / "data.mat"


def modules_of_students() -> list[str]:
    """Modules that a notebook imports from its own folder, as far as they are loaded."""
    return [
        name
        for name in sys.modules
        if name.partition(".")[0] in ("reg_utils", "testCases", "public_tests")
    ]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the notebook's cells define up to `model`, run in a folder like the students'."""
    folder = tmp_path_factory.mktemp("students")
    copies = load_assignment("regularization").shipped()
    files = {name: SOURCE / name for name in ("reg_utils.py", "testCases.py")}
    for path, original in {**files, **copies}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(original, folder / path)
    namespace: dict[str, Any] = {}
    given_cells = {name: cell(read(), name).source for name in ("packages", "model")}
    with rc_context(), pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for module in modules_of_students():
            patch.delitem(sys.modules, module)
        for name, source in {**given_cells, **solution_cells()}.items():
            exec(compile(source, name, "exec"), namespace)  # noqa: S102  the notebook's own cells
        yield namespace
        for module in modules_of_students():
            del sys.modules[module]


@pytest.mark.slow
@pytest.mark.skipif(
    not CLASSIC_FILE.exists(), reason="the classic data file is not distributed with this project"
)
@pytest.mark.parametrize(
    ("mode", "costs", "accuracies"),
    [
        (
            {},
            (0.6557412523481002, 0.16329987525724218, 0.13851642423264765),
            (0.9478672985781991, 0.915),
        ),
        (
            {"lambd": 0.7},
            (0.6974484493131264, 0.2684918873282239, 0.2680916337127301),
            (0.9383886255924171, 0.93),
        ),
        (
            {"keep_prob": 0.86},
            (0.6543912405149825, 0.061016986574905605, 0.060582435798513114),
            (0.9289099526066351, 0.95),
        ),
    ],
    ids=["plain", "L2", "dropout"],
)
def test_model_prints_the_classic_numbers(
    notebook: dict[str, Any],
    capfd: pytest.CaptureFixture[str],
    mode: dict[str, float],
    costs: tuple[float, ...],
    accuracies: tuple[float, float],
) -> None:
    """On the classic data, the notebook prints the published costs and accuracies, and no warning."""
    data = load_data(CLASSIC_FILE)
    with recorded_figures() as figures:
        parameters = notebook["model"](data.X.T, data.y.T, **mode)
        assert plt.get_fignums() == []
    notebook["predict"](data.X.T, data.y.T, parameters)
    notebook["predict"](data.Xval.T, data.yval.T, parameters)
    out, err = capfd.readouterr()
    assert err == ""
    printed = re.findall(r"^Cost after iteration (\d+): (\S+)$", out, flags=re.MULTILINE)
    assert [int(i) for i, _ in printed] == [0, 10000, 20000]
    np.testing.assert_allclose([float(cost) for _, cost in printed], costs, rtol=1e-9)
    shares = re.findall(r"^Accuracy: (\S+)$", out, flags=re.MULTILINE)
    assert tuple(float(share) for share in shares) == accuracies
    (figure,) = figures
    assert np.shape(figure.axes[0].lines[0].get_xydata()) == (30, 2)
