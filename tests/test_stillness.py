"""When functions may be called at the notebook's end instead of where their tests stand."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from grader.engine import run_submission
from grader.jail.outside import Jail
from grader.jail.stillness import Cell, definitions, stored
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
    assert definitions(map(Cell, sources), TRANSFORM) is not None


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
        "def f():\n    return getattr(f, '__glo' + 'bals__')",
        "def f(g):\n    match g:\n        case object(__globals__=there):\n            return there",
        "=%'''",  # IPython stops with an IndexError
        "%pwd\n" * 501,  # and here with a RuntimeError
        "def f():\n    def g():\n        return eval('1')\n    return g()",
        "def f():\n    return 1\n\ndef f():\n    return 2",
    ],
)
def test_anything_else_is_not(source: str) -> None:
    """Whatever may change what came before is kept for with a fork."""
    assert definitions([Cell(source)], TRANSFORM) is None


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
    assert definitions(map(Cell, sources), TRANSFORM) is None


def test_a_function_that_its_test_comes_before_is_not_still() -> None:
    """At the end of the notebook it would be there; where it is tested it is not."""
    late = Cell("def f(x):\n    return x", tested=frozenset({"f"}))
    assert definitions([late], TRANSFORM) is None
    assert definitions([Cell(late.text, frozenset({"g"}))], TRANSFORM) is not None


@pytest.mark.parametrize(
    "source", ["def f(x):\n    return example", "def example(x):\n    return x"]
)
def test_names_that_given_cells_set_later_are_not_still(source: str) -> None:
    """What the examples of the notebook leave behind is something else at its end."""
    assert definitions([Cell(source)], TRANSFORM, late={"other"}) is not None
    assert definitions([Cell(source)], TRANSFORM, late={"other", "example"}) is None


def test_names_that_a_cell_sets_are_found_wherever_it_sets_them() -> None:
    """By assignment, import, loop, definition, deletion, or from within a function."""
    source = (
        "import a.b as c\nfor d in e:\n    f = [g for g in h]\ndef i():\n    global j\n    j = k\n"
        "with l as m: (n := 1)\ndel o"
    )
    assert stored([compile(source, "cell", "exec")]) == set("cdfijmno")


def test_students_code_is_compiled_as_in_a_notebook() -> None:
    """Our own `from __future__ import annotations` is not theirs."""
    source = "def f():\n    def g(x: nowhere): pass"
    codes = definitions([Cell(source)], TRANSFORM)
    assert codes is not None
    namespace: dict[str, Any] = {}
    exec(codes[source], namespace)  # noqa: S102
    with pytest.raises(NameError, match="nowhere"):
        namespace["f"]()


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


BOMB = (
    "def own():\n"
    + "".join(
        f"{'    ' * depth}try:\n{'    ' * (depth + 1)}pass\n{'    ' * depth}finally:\n"
        for depth in range(1, 19)
    )
    + "    " * 19
    + "pass\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("scratch", ["=%'''", "%pwd\n" * 501, BOMB])
def test_a_scratch_cell_that_is_hard_to_read_costs_nothing_else(jail: Jail, scratch: str) -> None:
    """Whatever IPython or the compiler makes of it, its own cell is all that suffers."""
    notebook = solved()
    notebook["cells"].append(
        {"cell_type": "code", "id": "own", "metadata": {}, "source": scratch, "outputs": []}
    )
    functions = {name for item in assignment().items for name in item.functions}
    own = functions | {"double_it", "own"}
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada", own)
    assert total(trial) == HONEST_TOTAL
    assert all("own" in note for note in trial.notes)


@pytest.mark.slow
@pytest.mark.parametrize("plain", [True, False])
def test_a_variable_of_the_notebooks_examples_is_what_it_was(jail: Jail, plain: bool) -> None:
    """A function that takes the example's parameters for its own is told so, still or not."""
    notebook = solved()
    cell = next(c for c in notebook["cells"] if c["id"] == "compute_cost_with_regularization")
    cell["source"] = cell["source"].replace("parameters[", "parameters_example[")
    functions = {name for item in assignment().items for name in item.functions}
    own = functions | {"double_it"} if plain else None
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada", own)
    assert trial.judgements["test_compute_cost_with_regularization"].score == 3.0


@pytest.mark.slow
@pytest.mark.parametrize("plain", [True, False])
def test_a_function_defined_after_its_test_does_not_count(jail: Jail, plain: bool) -> None:
    """Where its test stands it is not there, still or not."""
    notebook = solved()
    cell = next(c for c in notebook["cells"] if c["id"] == "compute_cost_with_regularization")
    late = {
        "cell_type": "code",
        "id": "own",
        "metadata": {},
        "source": cell["source"],
        "outputs": [],
    }
    cell["source"] = ""
    notebook["cells"].append(late)
    functions = {name for item in assignment().items for name in item.functions}
    own = functions | {"double_it", "own"} if plain else None
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada", own)
    assert trial.judgements["test_compute_cost_with_regularization"].score == 0.0


@pytest.mark.slow
def test_after_a_hidden_case_nothing_that_is_shown_changes_any_more(jail: Jail) -> None:
    """Whoever dies over a hidden input could tell it by the moment: to the next process, and so to us."""
    notebook = solved()
    cell = next(c for c in notebook["cells"] if c["id"] == "compute_cost_with_regularization")
    cell["source"] = """
import os, time
print(time.monotonic())

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    if A3.shape == (1, 5):
        raise ValueError(f"at {time.monotonic()}")
    time.sleep(1.0)
    os._exit(0)
"""
    began = time.monotonic()
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada")
    assert time.monotonic() > began + 1.0
    printed = trial.outputs["compute_cost_with_regularization"][0]["text"]
    message = trial.judgements["test_compute_cost_with_regularization"].message
    assert float(printed) < began + 1.0
    assert float(re.search(r"ValueError: at ([0-9.]+)", message)[1].rstrip(".")) < began + 1.0
    others = [one.score for name, one in trial.judgements.items() if "_propagation_" in name]
    assert others == [20.0, 25.0, 20.0]


@pytest.mark.slow
def test_an_exception_that_cannot_be_printed_ends_no_process(jail: Jail) -> None:
    """In a given cell that calls the student's function, too."""
    notebook = solved()
    cell = next(c for c in notebook["cells"] if c["id"] == "compute_cost_with_regularization")
    cell["source"] += "\n\nclass Odd(Exception):\n    def __str__(self):\n        raise TypeError\n"
    cell["source"] += "\ndef compute_cost_with_regularization(*_):\n    raise Odd\n"
    trial = run_submission(jail, assignment(), notebook, {}, SECRET, "ada")
    assert trial.notes == ()
    assert trial.outputs["example_cost"][-1]["ename"] == "TypeError"  # as in IPython
