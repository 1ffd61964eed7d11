"""The judge: right answers in several styles earn all, wrong ones what is theirs, nothing by accident."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testcases import load_assignment
from testcases.core.compare import difference, same
from testcases.core.judge import judge
from testcases.core.observe import observe
from testcases.core.protocol import Case, Observation, Opaque
from testcases.regularization import answers as room
from testcases.regularization.answers import (
    BACK_DROPOUT,
    BACK_L2,
    CLASSIC,
    COST,
    FORWARD,
    FUNCTIONS,
    OTHER_STYLES,
    WRONG,
    Answer,
)
from tests.solving import fill, judge_cell, judge_item, namespace_of, solution_cells

ALL_RIGHT = [
    (name, answer) for name in FUNCTIONS for answer in (CLASSIC[name], *OTHER_STYLES[name])
]
ALL_WRONG = [(name, answer) for name in FUNCTIONS for answer in WRONG[name]]


def test_the_items_add_up_to_one_hundred_points() -> None:
    """90 points are graded by the judge, 10 by a person."""
    items = load_assignment("regularization").items
    assert sum(item.points for item in items) == 100
    assert sum(item.points for item in items if item.manual) == 10
    for item in items:
        if not item.manual:
            assert sum(part.share for part in item.parts) == pytest.approx(1)
            assert sum(item.families.values()) == pytest.approx(1)


def test_the_notebooks_own_solution_earns_everything() -> None:
    """The source notebook's cells get 90 of 90 automatic points."""
    namespace = namespace_of({name: Answer(cell=cell) for name, cell in solution_cells().items()})
    scores = [judge_item(name, namespace).score for name in (*FUNCTIONS, "training")]
    assert scores == [15, 20, 25, 20, 10]


def test_the_untouched_release_earns_nothing() -> None:
    """Empty gaps get 0 points and are called not attempted."""
    namespace = namespace_of({})
    for name in (*FUNCTIONS, "training"):
        judgement = judge_item(name, namespace)
        assert (judgement.score, judgement.verdict) == (0, "not_attempted")
        assert "empty gap" in judgement.message


@pytest.mark.parametrize(("name", "answer"), ALL_RIGHT)
def test_right_answers_in_any_style_earn_everything(name: str, answer: Answer) -> None:
    """A right answer is right however it is written."""
    judgement = judge_cell(name, fill(name, answer.gaps))
    assert judgement.verdict == "correct", judgement.message
    assert judgement.score == judgement.max_score


@pytest.mark.parametrize(("name", "answer"), ALL_WRONG)
def test_wrong_answers_get_the_verdict_they_deserve(name: str, answer: Answer) -> None:
    """A wrong answer never earns full marks, and its message says more than 'wrong'."""
    judgement = judge_cell(name, fill(name, answer.gaps))
    assert judgement.verdict == answer.verdict, judgement.message
    assert judgement.score < judgement.max_score
    assert len(judgement.message.splitlines()) > 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            COST,
            "def compute_cost_with_regularization(A3, Y, parameters, lambd):\n    return 1.7864859451590758",
        ),
        (
            BACK_L2,
            "def backward_propagation_with_regularization(X, Y, cache, lambd):\n    return {}",
        ),
        (
            BACK_L2,
            "def backward_propagation_with_regularization(X, Y, cache, lambd):\n    return ()",
        ),
        (
            FORWARD,
            "def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):\n    return None",
        ),
        (
            FORWARD,
            "def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):\n    return None, ()",
        ),
        (
            BACK_DROPOUT,
            "def backward_propagation_with_dropout(X, Y, cache, keep_prob):\n    return {'dA1': 0}",
        ),
        (BACK_DROPOUT, "backward_propagation_with_dropout = 3"),
    ],
)
def test_hollow_answers_earn_next_to_nothing(name: str, source: str) -> None:
    """Constants and empty containers get at most the public example's share, never more."""
    judgement = judge_cell(name, source)
    assert judgement.score <= 0.2 * judgement.max_score
    assert judgement.verdict in ("partial", "incorrect", "error")


def test_gradients_of_zeros_earn_nothing() -> None:
    """Following through from zeros is no way to points: zeros follow from zeros."""
    source = (
        "def backward_propagation_with_dropout(X, Y, cache, keep_prob):\n"
        "    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache\n"
        "    like = dict(dZ3=Z3, dW3=W3, db3=b3, dA2=A2, dZ2=Z2, dW2=W2, db2=b2,\n"
        "                dA1=A1, dZ1=Z1, dW1=W1, db1=b1)\n"
        "    return {key: 0 * value for key, value in like.items()}\n"
    )
    assert judge_cell(BACK_DROPOUT, source).score == 0


def test_an_error_is_charged_once() -> None:
    """With layer 2 wrong, layer 1 is judged by what follows from it, and earns its half."""
    gaps = ("dA2 = dA2 * D2", "dA1 = dA1 * D1 / keep_prob")
    judgement = judge_cell(BACK_DROPOUT, fill(BACK_DROPOUT, gaps))
    assert [part.score for part in judgement.parts] == [0, 10]


def test_forward_layer_two_is_judged_by_itself() -> None:
    """A forgotten scale in layer 1 does not cost the points of layer 2."""
    first, second = CLASSIC[FORWARD].gaps
    unscaled = "\n".join(first.splitlines()[:-1])
    judgement = judge_cell(FORWARD, fill(FORWARD, (unscaled, second)))
    assert [part.score for part in judgement.parts] == [0, 12.5]


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_one_layer_without_penalty_costs_that_layer(layer: int) -> None:
    """Leaving λ out of one gradient costs the points of that gradient only."""
    gaps = list(CLASSIC[BACK_L2].gaps)
    gaps[3 - layer] = gaps[3 - layer].split(" + lambd")[0]
    judgement = judge_cell(BACK_L2, fill(BACK_L2, gaps))
    wrong = [part.name for part in judgement.parts if part.problem]
    assert wrong == [f"dW{layer}"]
    assert 0 < judgement.score < 20


def test_changing_the_inputs_costs_a_tenth() -> None:
    """Right values with damaged inputs lose points, and the message names the input."""
    gaps = ("dW3 = np.dot(dZ3, A2.T) / m + lambd / m * W3", *CLASSIC[BACK_L2].gaps[1:])
    cell = fill(BACK_L2, gaps).replace("    return {", "    W1 *= 2\n    return {")
    judgement = judge_cell(BACK_L2, cell)
    assert judgement.score == 18
    assert judgement.verdict == "partial"
    assert "`cache`" in judgement.message


def test_edge_cases_alone_earn_nothing() -> None:
    """A cost without penalty is right for λ = 0, and has earned nothing by it."""
    cell = fill(COST, ("L2_regularization_cost = 0",))
    assert judge_cell(COST, cell).score == 0


@pytest.mark.parametrize(
    "value",
    [
        "float('nan')",
        "np.inf",
        "'1.78'",
        "[[1, 2]]",
        "(1,)",
        "1j",
        "np.array([object()])",
        "10**400",
    ],
)
def test_odd_values_are_wrong_and_never_an_error_of_the_judge(value: str) -> None:
    """Whatever kind of thing comes back, the judge says so in a sentence."""
    cell = fill(COST, ("L2_regularization_cost = 0",)).replace(
        "    return cost", f"    return {value}"
    )
    judgement = judge_cell(COST, cell)
    assert judgement.score == 0
    assert judgement.verdict == "incorrect"


@pytest.mark.parametrize(
    "expression",
    ["float(cost)", "np.float64(cost)", "np.array(cost)", "np.array([[cost]])"],
)
def test_a_cost_may_come_in_any_numeric_form(expression: str) -> None:
    """A number is a number: Python float, NumPy scalar, or an array of one."""
    cell = fill(COST, CLASSIC[COST].gaps).replace("    return cost", f"    return {expression}")
    assert judge_cell(COST, cell).verdict == "correct"


def test_masks_may_come_in_any_numeric_form() -> None:
    """Masks of booleans, integers or floats, and a list as cache, are the same answer."""
    for convert in ("astype(int)", "astype(float)", "astype(np.uint8)"):
        gaps = tuple(
            gap + f"\nD{k} = D{k}.{convert}" for k, gap in enumerate(CLASSIC[FORWARD].gaps, 1)
        )
        cell = fill(FORWARD, gaps).replace("return A3, cache", "return [A3, list(cache)]")
        assert judge_cell(FORWARD, cell).verdict == "correct"


def test_an_all_equal_array_convinces_nobody() -> None:
    """An ndarray subclass that compares equal to everything is reduced to its numbers."""
    cell = (
        "class Yes(np.ndarray):\n"
        "    def __array_ufunc__(self, *a, **k): return True\n"
        "    def __eq__(self, other): return np.True_\n"
        "def compute_cost_with_regularization(A3, Y, parameters, lambd):\n"
        "    return np.zeros(()).view(Yes)\n"
    )
    assert judge_cell(COST, cell).score == 0


def test_warnings_and_prints_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What a function prints or warns about neither costs points nor reaches the test cell."""
    gaps = (
        "import sys, warnings\nprint('hi')\nprint('ho', file=sys.stderr)\nwarnings.warn('hm')\n"
        + CLASSIC[COST].gaps[0],
    )
    judgement = judge_cell(COST, fill(COST, gaps))
    assert judgement.verdict == "correct"
    assert capsys.readouterr() == ("", "")


def test_hidden_expectations_never_reach_the_message() -> None:
    """On hidden cases the message names the entry, and no number."""
    gaps = (
        "L2_regularization_cost = 0.1 / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))",
    )
    judgement = judge_cell(COST, fill(COST, gaps))
    assert judgement.verdict == "partial"
    problem = judgement.parts[0].problem
    assert problem is not None
    assert "other data" in problem
    assert not any(character.isdigit() for character in problem)


@pytest.mark.parametrize("seed", range(3))
def test_the_sample_class_is_judged_as_it_expects(seed: int) -> None:
    """Every made-up student gets the verdicts that the class says they should get."""
    for sample in room.sample_class(36, seed):
        answers = {
            name: Answer(gaps=sample.gaps.get(name, ()), cell=sample.cells.get(name, ""))
            for name in FUNCTIONS
        }
        namespace = namespace_of(answers)
        for grade_id, verdict in sample.expected.items():
            judgement = judge_item(grade_id.removeprefix("test_"), namespace, sample.student)
            assert judgement.verdict == verdict, (sample, judgement.message)


def test_the_sample_class_is_reproducible_and_varied() -> None:
    """The same seed gives the same class, another seed another; twelve students show every kind."""
    assert room.sample_class(24, 1) == room.sample_class(24, 1)
    assert room.sample_class(24, 1) != room.sample_class(24, 2)
    assert len({sample.description for sample in room.sample_class(12, 1)}) == 7


def test_the_global_stream_is_left_alone() -> None:
    """Judging does not move the notebook's random numbers."""
    namespace = namespace_of(CLASSIC)
    np.random.seed(7)
    expected = np.random.rand()
    np.random.seed(7)
    judge_item(FORWARD, namespace)
    assert np.random.rand() == expected


@pytest.mark.parametrize(
    "layer_1", ["np.random.rand(A1.shape[0], 1)", "np.random.rand(1, A1.shape[1])"]
)
def test_a_wrong_mask_of_layer_1_leaves_layer_2_its_points(layer_1: str) -> None:
    """Drawing too few numbers for layer 1 moves the stream; layer 2 goes on from there and is right."""
    gaps = (f"D1 = {layer_1} < keep_prob\nA1 = A1 * D1 / keep_prob", CLASSIC[FORWARD].gaps[1])
    judgement = judge_cell(FORWARD, fill(FORWARD, gaps))
    assert [part.score for part in judgement.parts] == [0, 12.5]


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_part_set_to_none_costs_that_part_only(gap: int) -> None:
    """As the message about an empty gap says: with None there, the rest is judged."""
    gaps = list(CLASSIC[BACK_L2].gaps)
    gaps[gap] = f"dW{3 - gap} = None"
    judgement = judge_cell(BACK_L2, fill(BACK_L2, gaps))
    assert [part.problem is None for part in judgement.parts] == [k != gap for k in range(3)]
    assert "is None" in judgement.message


@pytest.mark.parametrize(
    "raised", ["ValueError(X.tolist())", "type(str(X[0, 0]), (Exception,), {})()"]
)
def test_an_exception_carries_no_hidden_input_out(raised: str) -> None:
    """On hidden cases neither an exception's text nor the name of its type is repeated."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps)
    head, body = cell.split('"""', 2)[0], cell.split('"""', 2)[2]
    cell = f"{head}{body}".replace(
        "    m = ", f"    if X.shape != (3, 5):\n        raise {raised}\n    m = ", 1
    )
    judgement = judge_cell(BACK_L2, cell)
    assert judgement.verdict == "partial"
    told = judgement.message.replace(judgement.message.splitlines()[0], "")
    assert "other data" in told
    assert "." not in told.replace(". ", " ").replace(".\n", "\n").rstrip(".")


@pytest.mark.parametrize(
    "damage",
    ["parameters['x'] = np.zeros(3_000_000)", "parameters.clear()", "parameters[7] = print"],
)
def test_damage_of_any_size_is_damage(damage: str) -> None:
    """However the arguments look afterwards, the judge says that they were changed."""
    cell = fill(COST, CLASSIC[COST].gaps).replace("    return ", f"    {damage}\n    return ")
    judgement = judge_cell(COST, cell)
    assert (judgement.score, judgement.verdict) == (13.5, "partial")
    assert "`parameters`" in judgement.message


def test_lists_count_as_arrays_throughout() -> None:
    """A forward pass that returns lists of numbers is right if the numbers are."""
    cell = fill(FORWARD, CLASSIC[FORWARD].gaps)
    cell = cell.replace(
        "return A3, cache", "return A3.tolist(), [value.tolist() for value in cache]"
    )
    assert judge_cell(FORWARD, cell).verdict == "correct"


PLAIN_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        [np.zeros((0, 3)), np.ones((2, 2), dtype=bool), np.array(7), Opaque("a thing")]
    ),
    lambda inner: (
        st.lists(inner, max_size=14).map(tuple)
        | st.dictionaries(st.sampled_from(["dW1", "dW3", "dZ3", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=PLAIN_VALUES, after=PLAIN_VALUES)
@settings(max_examples=150, deadline=None)
def test_the_judge_never_fails(value: object, after: object) -> None:
    """Whatever plain data comes back, there is a judgement, and nothing hollow earns everything."""
    assignment = load_assignment("regularization")
    for item in assignment.items:
        cases = assignment.cases(item, b"", "ada")
        observations = [
            Observation("returned", value, (after,) * len(case.arguments)) for case in cases
        ]
        judgement = judge(item, cases, observations, assignment.oracle)
        assert item.manual or judgement.score < item.points


@pytest.mark.parametrize("layer", [1, 2])
def test_a_mask_turned_round_costs_its_layer_only(layer: int) -> None:
    """At keep_prob = 1 such a mask drops everything; the other layer follows from that, and is right."""
    gaps = list(CLASSIC[FORWARD].gaps)
    gaps[layer - 1] = gaps[layer - 1].replace("<", ">")
    judgement = judge_cell(FORWARD, fill(FORWARD, gaps))
    assert [part.score for part in judgement.parts] == ([0, 12.5] if layer == 1 else [12.5, 0])


def test_the_training_names_the_function_at_fault() -> None:
    """Of several functions, the message says which one stopped, and what to do first."""
    gaps = (CLASSIC[BACK_L2].gaps[0], "dW2 = nothing", CLASSIC[BACK_L2].gaps[2])
    judgement = judge_item("training", namespace_of({**CLASSIC, BACK_L2: Answer(gaps)}))
    assert judgement.verdict == "partial"
    assert "of `backward_propagation_with_regularization`" in judgement.message
    assert "checks of each pass first" in judgement.message


def test_wild_values_do_not_make_the_judge_warn() -> None:
    """A warning on stderr would cost all points of a test cell, so the judge's sums are silent."""
    cell = fill(BACK_DROPOUT, CLASSIC[BACK_DROPOUT].gaps) + (
        f"\nright = {BACK_DROPOUT}\n"
        f"def {BACK_DROPOUT}(*arguments):\n"
        "    return {key: 1e308 * np.sign(value) for key, value in right(*arguments).items()}\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge_cell(BACK_DROPOUT, cell).score == 0


def test_only_public_trainings_are_remembered() -> None:
    """What one student's training must come to is computed for that student, and from the case."""
    assignment = load_assignment("regularization")
    item = next(item for item in assignment.items if item.name == "training")
    ada, bob = (assignment.cases(item, b"", student) for student in ("ada", "bob"))
    for one, other in zip(ada, bob, strict=True):
        costs = [assignment.oracle.expect(case, {})["costs"] for case in (one, other, one)]
        assert np.array_equal(costs[0], costs[1]) == (one.family == "fixture")
        assert np.array_equal(costs[0], costs[2])
    forged = replace(ada[0], arguments=ada[2].arguments)
    assert same(assignment.oracle.expect(forged, {}), assignment.oracle.expect(ada[2], {}))


@pytest.mark.parametrize("factor", ["1", "7", "0"])
def test_no_points_for_what_follows_from_zeros_of_a_mask_turned_round(factor: str) -> None:
    """With the mask of layer 2 turned round, its dZ2 is zero, and so would be all below."""
    gaps = ("dA2 = dA2 * (1 - D2) / keep_prob", f"dA1 = dA1 * {factor}")
    assert judge_cell(BACK_DROPOUT, fill(BACK_DROPOUT, gaps)).score == 0


@pytest.mark.parametrize(
    "value", [((1, 2), (3,)), (np.zeros((2, 3)), np.zeros((3, 1))), (None, ())]
)
def test_a_ragged_gradient_costs_its_own_part(value: object) -> None:
    """It has no shape at all."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps).replace('"dW1": dW1', '"dW1": ragged')
    namespace = namespace_of({BACK_L2: Answer(cell=cell)})
    namespace["ragged"] = value
    assert judge_item(BACK_L2, namespace).score == 14


def test_a_long_double_is_a_number() -> None:
    """It travels as a usual one."""
    cell = fill(COST, CLASSIC[COST].gaps)
    cell = cell.replace(
        "return cross_entropy_cost + ", "return np.longdouble(cross_entropy_cost) + "
    )
    assert judge_cell(COST, cell).score == 15
    value = observe(
        Case("x", "fixture", "f", (), (), ""), {"f": lambda: np.longdouble(1) / 3}, {}
    ).value
    assert value.dtype == np.float64


def test_next_to_what_is_not_finite_no_number_is_right() -> None:
    """Every number is infinitely close to infinity."""
    assert difference(np.array([np.inf, np.nan]), np.array([0.0, 5.0])) is not None


def test_nan_is_equal_to_nan() -> None:
    """Else a function that returns it twice would seem to keep something between calls."""
    assert same(float("nan"), float("nan"))
    assert not same(float("nan"), 1.0)
    source = f"def {COST}(A3, Y, parameters, lambd):\n    return float('nan')\n"
    assert judge_cell(COST, source).mistake is None


class _OddError(Exception):
    """An exception that does not behave as one."""

    __traceback__ = property(lambda self: 1 / 0)  # type: ignore[assignment]

    def __str__(self) -> str:
        raise SystemExit


@pytest.mark.parametrize("error", [_OddError, GeneratorExit, SystemExit])
def test_an_exception_may_be_anything(error: type[BaseException]) -> None:
    """The judge says that the function stopped, and goes on."""

    def stops(*_: object) -> None:
        raise error

    namespace = namespace_of(CLASSIC) | {COST: stops}
    assert judge_item(COST, namespace).verdict == "error"


def test_keys_may_be_texts_of_any_class() -> None:
    """NumPy's texts are texts."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps).replace("    return {", "    found = {")
    cell += "\n    return {np.str_(key): value for key, value in found.items()}\n"
    assert judge_cell(BACK_L2, cell).score == 20
