"""Support for tests: the stub cells of the source notebook, filled in and run without a kernel."""

from __future__ import annotations

import json
import linecache
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Any

import numpy as np

from testcases import load_assignment
from testcases.core.check import run
from testcases.core.protocol import Judgement
from testcases.regularization.answers import FUNCTIONS, Answer

from .given_network import given

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "source" / "regularization" / "regularization.ipynb"
SECRET = bytes(range(32))

#: What the notebook imports from reg_utils.py and graded functions may use.
_GIVEN = (
    "backward_propagation",
    "compute_cost",
    "forward_propagation",
    "initialize_parameters",
    "relu",
    "sigmoid",
    "update_parameters",
)
_GAP = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION\n", re.MULTILINE | re.DOTALL)
_STUB = 'raise NotImplementedError("this gap is still empty")'


@cache
def solution_cells() -> Mapping[str, str]:
    """Source of the graded functions' cells, solutions included, by grade_id."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    by_id = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"])
        for cell in cells
    }
    return {name: by_id[name] for name in FUNCTIONS}


def fill(name: str, gaps: Sequence[str]) -> str:
    """The stub cell of a graded function with these texts in its gaps; none: as released."""
    texts = iter(gaps)
    cell = solution_cells()[name]
    wanted = len(_GAP.findall(cell))
    assert len(gaps) in (0, wanted), f"{name} has {wanted} gaps, not {len(gaps)}"
    return _GAP.sub(
        lambda match: indent(next(texts, _STUB), match.group(1)) + "\n",
        cell,
    )


def notebook_namespace() -> dict[str, Any]:
    """What the notebook's given cells define, as far as the graded functions need it."""
    return {
        "__name__": "__main__",
        "np": np,
        "math": math,
        **{name: getattr(given, name) for name in _GIVEN},
    }


def run_cell(source: str, namespace: dict[str, Any]) -> None:
    """Run a cell as the notebook would: a syntax error leaves the namespace as it is."""
    name = f"<cell {len(linecache.cache)}>"
    try:
        code = compile(source, name, "exec")
    except SyntaxError:
        namespace.setdefault("In", []).append(source)
        return
    # As IPython does it, so that a message can show the line on which a function stopped.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(code, namespace)  # noqa: S102  our own test answers


def namespace_of(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The namespace of a notebook in which these answers were given; the rest is as released."""
    namespace = notebook_namespace()
    for name in FUNCTIONS:
        answer = answers.get(name, Answer())
        run_cell(answer.cell or fill(name, answer.gaps), namespace)
    return namespace


def judge_item(
    name: str, namespace: Mapping[str, Any], student: str = "ada", secret: bytes = SECRET
) -> Judgement:
    """The full judgement, hidden cases included, of one item."""
    assignment = load_assignment("regularization")
    item = next(item for item in assignment.items if item.name == name)
    cases = assignment.cases(item, secret, student)
    return run(item, cases, assignment.oracle, assignment.drivers, namespace)


def judge_cell(name: str, source: str, student: str = "ada") -> Judgement:
    """The full judgement of one graded function, given as a cell."""
    namespace = notebook_namespace()
    run_cell(source, namespace)
    return judge_item(name, namespace, student)
