"""When functions may be called at the notebook's end instead of where their tests stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.engine import run_submission
from grader.jail.outside import Jail
from grader.jail.stillness import definitions
from tests.jail_support import (
    HONEST_TOTAL,
    NO_BWRAP,
    SECRET,
    assignment,
    has_bwrap,
    small_jail,
    solved,
    total,
)

TRANSFORM = TransformerManager().transform_cell
PLAIN = '"""A text."""\n\ndef f(A, keep=0.5):\n    B = A.copy()\n    B[0] = np.random.rand()\n    return B'


@pytest.mark.parametrize(
    "sources",
    [
        [],
        [""],
        ["# only a remark"],
        [PLAIN, "def g(A):\n    return f(A)"],
        ["def f(x):\n    def inner(y):\n        return y + x\n    return inner(x)"],
        ["def f(:\n    return 1", "def f():\n    return 1"],
        ["def f(\n    %pwd", "return (1", "\0"],
        ["def f():\n    return " + "(" * 300 + ")" * 300],
    ],
)
def test_cells_that_only_define_functions_are_still(sources: list[str]) -> None:
    """Helpers, inner functions, constants as defaults, work on own arrays, what is no Python."""
    assert definitions(sources, TRANSFORM) is not None


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "print('hello')",
        "import numpy as np",
        "%matplotlib inline",
        "!echo def f(:",
        "%%bash\ndef f(:",
        "%%capture\nx = 1",
        "f?",
        "def f():\n    return 1\n%pwd",
        "def f():\n    return 1\nbreak",
        "def f():\n    global x\n    x = 1",
        "def f():\n    np.dot = None",
        "def f():\n    del np.dot",
        "def f():\n    import numpy",
        "def f(x=[]):\n    return x",
        "def f(x=g()):\n    return x",
        "def f(x: g()):\n    return x",
        "def f() -> g():\n    return 1",
        "@g\ndef f():\n    return 1",
        "class A:\n    pass",
        "async def f():\n    return 1",
        "def f():\n    return globals()",
        "def f():\n    return f.__globals__",
        "def f():\n    def g():\n        return eval('1')\n    return g()",
        "def f():\n    return 1\n\ndef f():\n    return 2",
    ],
)
def test_anything_else_is_not(source: str) -> None:
    """Whatever may change what came before is kept for with a fork."""
    assert definitions([source], TRANSFORM) is None


@pytest.mark.parametrize(
    "sources",
    [
        ["def f():\n    return 1", "def f():\n    return 2"],
        ["def f():\n    return g()", "def g():\n    return 1"],
        ["def f(x):\n    return np.relu(x)", "def relu(x):\n    return x"],
    ],
)
def test_a_name_that_came_before_is_not_defined_again(sources: list[str]) -> None:
    """A later cell that defines what an earlier function calls would change that function."""
    assert definitions(sources, TRANSFORM) is None


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail for honest notebooks."""
    if not has_bwrap():
        pytest.skip(NO_BWRAP)
    with small_jail(tmp_path_factory.mktemp("still")) as jail:
        yield jail


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_still_or_not_the_points_are_the_same(jail: Jail, known: bool) -> None:
    """A plain notebook earns the same whether its functions are called at its end or from forks."""
    functions = {name for item in assignment().items for name in item.functions}
    cells = functions | {"double_it"} if known else None
    trial = run_submission(jail, assignment(), solved(), {}, SECRET, "ada", cells)
    assert total(trial) == HONEST_TOTAL


@pytest.mark.slow
def test_a_function_spoilt_after_its_test_keeps_its_points(jail: Jail) -> None:
    """What counts is the function as it is where its test cell stands."""
    notebook = solved()
    spoilt = "def compute_cost_with_regularization(*anything):\n    return 0.0"
    notebook["cells"].append(
        {"cell_type": "code", "id": "own", "metadata": {}, "source": spoilt, "outputs": []}
    )
    functions = {name for item in assignment().items for name in item.functions}
    own = functions | {"double_it", "own"}
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada", own)
    first = trial.judgements["test_compute_cost_with_regularization"]
    assert first.verdict == "correct"
    assert total(trial) == HONEST_TOTAL
