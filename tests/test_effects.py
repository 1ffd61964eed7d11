"""What a call changes beside its result is told, costs nothing, and cannot be used for anything."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.jail.child import ChildGoneError, _observation
from grader.jail.outside import Jail
from testcases import load_assignment
from testcases.core.check import run as check_all
from testcases.core.effects import MAX_CHANGED, MAX_NAME, Effects, Watch, effects_from
from testcases.core.judge import judge
from testcases.core.observe import observe, stream_kept
from testcases.core.protocol import Case
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, CLASSIC, COST, FORWARD
from testcases.regularization.public import check
from tests.jail_support import HONEST_TOTAL, NO_BWRAP, has_bwrap, run, small_jail, solved, total
from tests.solving import (
    SECRET,
    fill,
    judge_item,
    namespace_of,
    notebook_namespace,
    run_cell,
)

ASSIGNMENT = load_assignment("regularization")
DRAWS = "draws random numbers, or sets their seed"
OUTSIDE = "outside of it"
#: What the notebook holds beside the functions, in the tests of this file.
STORE = """
count = 0
store = np.zeros(3)
costs, memory, seen = [], {}, {1}
kept = {"W": np.zeros((2, 2))}
pair = (np.zeros(2), 1)
_private = 0
"""


def _with(first: str, name: str = COST) -> str:
    """The right answer with a statement before it."""
    lines = fill(name, CLASSIC[name].gaps).splitlines(keepends=True)
    place = next(k for k, line in enumerate(lines) if line.startswith("    m = "))
    return "".join([*lines[:place], f"    {first}\n", *lines[place:]])


def _namespace(cell: str) -> dict[str, Any]:
    """A notebook with variables of its own, and this cell."""
    namespace = notebook_namespace()
    run_cell(STORE, namespace)
    run_cell(cell, namespace)
    return namespace


def _effects(first: str) -> Effects:
    """What is seen when a function that does this is called on the example."""
    item = next(item for item in ASSIGNMENT.items if item.name == COST)
    case = ASSIGNMENT.cases(item, SECRET, "ada")[0]
    with stream_kept():
        return observe(case, _namespace(_with(first)), ASSIGNMENT.drivers).effects


@pytest.mark.parametrize("name", [COST, BACK_L2, BACK_DROPOUT])
@pytest.mark.parametrize("first", ["np.random.seed(1)", "np.random.rand()", "np.random.randn(2)"])
def test_random_numbers_that_nobody_needs_are_told_and_cost_nothing(name: str, first: str) -> None:
    """Whoever draws, or sets a seed, where there is nothing to draw keeps all points and reads of it."""
    judgement = judge_item(name, _namespace(_with(first, name)))
    assert judgement.verdict == "correct"
    assert judgement.mistakes == ()
    assert judgement.message.count(DRAWS) == 1
    assert "It costs no points." in judgement.message
    assert OUTSIDE not in judgement.message


@pytest.mark.parametrize("name", [COST, BACK_L2, FORWARD, BACK_DROPOUT, "training"])
def test_the_solution_has_no_side_effects(name: str) -> None:
    """Dropout's masks are to be drawn, by the forward pass and so by the training: no word of it."""
    message = judge_item(name, namespace_of(CLASSIC)).message
    assert DRAWS not in message
    assert OUTSIDE not in message


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("global count; count = 1.5", "count"),
        ("global last_cost; last_cost = lambd", "last_cost"),
        ("globals().pop('count', None)", "count"),
        ("store[1] += 1", "store"),
        ("store.resize(5, refcheck=False)", "store"),
        ("costs.append(lambd)", "costs"),
        ("memory[lambd] = 1", "memory"),
        ("seen.add(lambd)", "seen"),
        ("kept['W'][0, 0] = 7", "kept"),
        ("kept['W'] = 7", "kept"),
        ("pair[0][:] = 7", "pair"),
        ("global np; np = 3; import numpy as np; globals()['extra'] = 1", "extra"),
    ],
)
def test_a_changed_variable_is_named_and_costs_nothing(first: str, name: str) -> None:
    """Setting, deleting and writing into what belongs to the notebook is seen, however it is done."""
    assert _effects(first) == Effects(False, (name,))
    judgement = judge_item(COST, _namespace(_with(first)))
    assert judgement.verdict == "correct"
    assert judgement.mistakes == ()
    assert f"Your function changes `{name}`, a variable outside of it." in judgement.message
    assert "It costs no points." in judgement.message


@pytest.mark.parametrize(
    "first",
    [
        "count = 1",
        "global _private; _private = 1",
        "global In, Out; In = Out = 1",
        "global json; import json",
        "global store; store = store",
        "store[:] = 0",
        "costs[:] = []",
        "x = store.copy(); x += 1",
        "np.random.default_rng(0).random(3)",
        "np.random.RandomState(0).rand(3)",
        "globals()['no name'] = 1",
        "globals()['n' * 1000] = 1",
    ],
)
def test_what_changes_nothing_of_the_notebooks_is_not_told(first: str) -> None:
    """Own variables, own generators, imports, IPython's names, and what is as it was before."""
    assert _effects(first) == Effects()


def test_many_changed_variables_are_told_up_to_a_limit() -> None:
    """What travels is bounded, whatever the function does."""
    seen = _effects("globals().update({f'x{k}': k for k in range(1000)})")
    assert seen.changed == tuple(f"x{k}" for k in range(MAX_CHANGED))


def test_a_function_that_stops_is_watched_as_well() -> None:
    """What it changed before it stopped may be why it did."""
    stops = "global count; count = None; np.random.seed(2); count + 1"
    assert _effects(stops) == Effects(True, ("count",))
    assert _effects("global count; del count; count") == Effects(False, ("count",))


def test_behind_a_wrong_answer_it_is_one_more_hint() -> None:
    """It comes after the named mistake, and neither the points nor the name change by it."""
    cell = _with("global count; count = lambd").replace("return cross", "return 2 * cross")
    plain = cell.replace("global count; ", "")
    judgement, without = (judge_item(COST, _namespace(text)) for text in (cell, plain))
    assert without.mistakes
    assert judgement.message.startswith(without.message)
    assert "look whether it plays a part" in judgement.message
    assert replace(judgement, message="") == replace(without, message="")


def test_on_hidden_cases_no_name_is_told() -> None:
    """A function could choose a name that says a hidden input; that it changes something is one bit."""
    cell = _with("if lambd != 0.1: globals()[f'loot_{int(lambd * 10**6)}'] = 1")
    message = judge_item(COST, _namespace(cell)).message
    assert "On other data your function changes a variable outside of it." in message
    assert "loot" not in message


def test_in_the_notebook_the_student_reads_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The check prints both sentences, gives the points, and is done with them."""
    points = check(COST, _namespace(_with("np.random.seed(1); costs.append(1)")))
    said = capsys.readouterr().out
    assert float(points) == 15
    assert said.count(DRAWS) == 1
    assert said.count("`costs`, a variable outside of it") == 1
    assert said.rstrip().endswith("Grading looks at other data as well.")


def test_the_training_says_that_one_of_several_functions_did_it() -> None:
    """Which one is told by that function's own check."""
    namespace = namespace_of(CLASSIC)
    run_cell("calls = []", namespace)
    run_cell(_with("calls.append(1)"), namespace)
    item = next(item for item in ASSIGNMENT.items if item.name == "training")
    cases = [case for case in ASSIGNMENT.cases(item, SECRET, "ada") if case.family == "fixture"]
    judgement = check_all(item, cases, ASSIGNMENT.oracle, ASSIGNMENT.drivers, namespace)
    assert judgement.verdict == "correct"
    assert "One of your functions changes `calls`, a variable outside of it." in judgement.message


class _Odd:
    """Complains about everything that it is asked."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        return hash("count")

    def __bool__(self) -> bool:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError


@pytest.mark.parametrize(
    "namespace",
    [
        {"odd": _Odd(), "odds": [_Odd()], "pair": (_Odd(),), "d": {_Odd(): _Odd()}},
        {_Odd(): 1, "x": 2},
        {f"x{k}": k for k in range(5_000)},
        {f"x{k}": [np.zeros(9)] * 30 for k in range(500)},
        {"big": np.zeros(10**6), "long": [0] * 10**6, "many": dict.fromkeys(range(10**5))},
        {"strange": np.zeros(2).view(type("Mine", (np.ndarray,), {"tobytes": None}))},
        {"objects": np.array([_Odd()], dtype=object), "empty": np.zeros((0, 3))},
        SimpleNamespace(),
    ],
    ids=range(8),
)
def test_no_namespace_makes_the_watch_fail(namespace: Any) -> None:
    """It asks no object of the student's for its opinion, and looks at no more than it has room for."""
    with Watch(namespace, math.nan) as watch:
        pass
    assert watch.effects == Effects(True, ())
    assert len(watch._arrays) <= 40
    assert len(watch._containers) <= 40


def test_a_class_with_opinions_blinds_nobody() -> None:
    """A metaclass with an `__eq__` of its own cannot be hashed; the rest is looked at all the same."""
    strange = type("Meta", (type,), {"__eq__": lambda one, other: True})("Strange", (), {})
    namespace = {"strange": strange(), "kept": []}
    with Watch(namespace, math.nan) as watch:
        namespace["kept"].append(1)
    assert watch.effects == Effects(True, ("kept",))


def test_an_empty_list_that_outgrows_the_watch_has_changed() -> None:
    """What is too long to be looked into afterwards was short before."""
    namespace: dict[str, Any] = {"kept": []}
    with Watch(namespace, math.nan) as watch:
        namespace["kept"] += range(100)
    assert watch.effects == Effects(True, ("kept",))


def test_a_watch_that_cannot_look_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever replaces NumPy's functions has no answer turned into an error by it."""
    monkeypatch.setattr(np.random, "random_sample", None)
    with Watch({"x": 1}, 0.5) as watch:
        pass
    assert watch.effects == Effects()


@pytest.mark.parametrize(
    ("told", "effects"),
    [
        (None, Effects()),
        ({"drew": True, "changed": ()}, Effects(True)),
        ({"drew": False, "changed": ("a", "λ_1")}, Effects(False, ("a", "λ_1"))),
    ],
)
def test_what_a_watch_says_passes_the_border(told: object, effects: Effects) -> None:
    """Also that it saw nothing at all, as an older release does."""
    assert effects_from(told) == effects


MALFORMED = [
    1,
    (),
    "drew",
    {},
    {"drew": True},
    {"drew": 1, "changed": ()},
    {"drew": np.ones(2), "changed": ()},
    {"drew": True, "changed": None},
    {"drew": True, "changed": "abc"},
    {"drew": True, "changed": {"a": 1}},
    {"drew": True, "changed": (), "more": 1},
    {"drew": True, "changed": (1,)},
    {"drew": True, "changed": (("a",),)},
    {"drew": True, "changed": (np.zeros(3),)},
    {"drew": True, "changed": ("a",) * (MAX_CHANGED + 1)},
    {"drew": True, "changed": ("a" * (MAX_NAME + 1),)},
    {"drew": True, "changed": ("a" * 10**6,)},
    {"drew": True, "changed": ("",)},
    {"drew": True, "changed": ("a b",)},
    {"drew": True, "changed": ("<b>",)},
    {"drew": True, "changed": ("a\u202eb",)},
    {"drew": True, "changed": ("\ud800",)},
    {"drew": True, "changed": ("_private",)},
    {"drew": True, "changed": ("In",)},
]


@pytest.mark.parametrize("told", MALFORMED, ids=range(len(MALFORMED)))
def test_what_no_watch_could_say_is_no_observation(told: object) -> None:
    """Wrong types, too many names, long ones and texts that are no names end the process's turn."""
    case = Case("c", "fixture", "f", (), (), "the example")
    with pytest.raises(ChildGoneError, match="no observation"):
        _observation({"outcome": "returned", "value": 1.0, "effects": told}, case)


@pytest.mark.parametrize("drew", [False, True])
def test_a_lie_moves_no_point(drew: bool) -> None:
    """Whatever is said of side effects, everything but the text stays as the values have it."""
    item = next(item for item in ASSIGNMENT.items if item.name == BACK_L2)
    cases = ASSIGNMENT.cases(item, SECRET, "ada")
    gaps = ("dW3 = None", *CLASSIC[BACK_L2].gaps[1:])
    for cell in (fill(BACK_L2, CLASSIC[BACK_L2].gaps), fill(BACK_L2, gaps)):
        namespace = _namespace(cell)
        with stream_kept():
            seen = [observe(case, namespace, ASSIGNMENT.drivers) for case in cases]
        lies = [replace(one, effects=Effects(drew, ("a", "b"))) for one in seen]
        true, false = (judge(item, cases, one, ASSIGNMENT.oracle) for one in (seen, lies))
        assert true.message != false.message
        assert replace(true, message="") == replace(false, message="")


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """One jail for all submissions here."""
    with small_jail(tmp_path_factory.mktemp("jail")) as jail:
        yield jail


def _handed_in(cells: dict[str, str], own: str = "") -> dict[str, Any]:
    """The solved notebook with these cells, and a cell of the student's own before them."""
    notebook = solved()
    for cell in notebook["cells"]:
        cell["source"] = cells.get(cell["id"], cell["source"])
    place = next(k for k, cell in enumerate(notebook["cells"]) if cell["id"] == COST)
    extra = {"cell_type": "code", "id": "own", "metadata": {}, "source": own, "outputs": []}
    notebook["cells"].insert(place, extra)
    return notebook


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_from_the_jail_the_same_is_told(jail: Jail) -> None:
    """A whole submission keeps every point, and its student reads which function does what."""
    cells = {
        COST: _with("global count; count = lambd; costs.append(count)"),
        BACK_DROPOUT: _with("np.random.seed(1)", BACK_DROPOUT),
    }
    trial = run(jail, _handed_in(cells, "costs = []\nweights_kept = np.zeros(3)"))
    told = {name: judgement.message for name, judgement in trial.judgements.items()}
    assert total(trial) == HONEST_TOTAL
    assert "changes `count` and `costs`, variables outside of it" in told[f"test_{COST}"]
    assert DRAWS not in told[f"test_{COST}"]
    assert DRAWS in told[f"test_{BACK_DROPOUT}"]
    for name in (BACK_L2, FORWARD):
        assert DRAWS not in told[f"test_{name}"]
        assert OUTSIDE not in told[f"test_{name}"]
    assert DRAWS not in told["test_training"]


LIE = """
from shell import Shell
honest = Shell.observe
Shell.observe = lambda self, case: honest(self, case) | {{"effects": {effects}}}
"""


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
@pytest.mark.parametrize(
    ("effects", "kept"),
    [
        ("{'drew': True, 'changed': ('a_lie',)}", True),
        ("{'drew': True, 'changed': ('x' * 10**6,)}", False),
        ("{'drew': 'x' * 10**7, 'changed': ()}", False),
    ],
)
def test_a_lying_process_gains_nothing(jail: Jail, effects: str, kept: bool) -> None:
    """A lie that could be true is read by its author; one that could not is no answer at all."""
    trial = run(jail, _handed_in({}, LIE.format(effects=effects)))
    judgements = trial.judgements.values()
    assert total(trial) == (HONEST_TOTAL if kept else 0)
    assert all("x" * 100 not in judgement.message for judgement in judgements)
    assert ("`a_lie`" in trial.judgements[f"test_{COST}"].message) == ("a_lie" in effects)
    assert kept or all(judgement.verdict == "error" for judgement in judgements)
