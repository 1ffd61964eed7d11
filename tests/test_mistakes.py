"""The catalogue of mistakes: complete, in order, and right about the answers it knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
import pytest

from testcases import load_assignment
from testcases.core.diagnosis import ALL, STILL_POSSIBLE, Candidates, Possible, explain
from testcases.core.mistake import Mistake
from testcases.core.protocol import Case, Item
from testcases.core.slots import Slot
from testcases.core.slots import fill as fill_slots
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, COST, FORWARD
from testcases.regularization.mistakes.find import CATALOGUE
from testcases.regularization.mistakes.texts_whole import TEXTS as WHOLE
from testcases.regularization.naming import TOGETHER
from testcases.regularization.oracle import Reference
from tests.solving import SECRET, fill, judge_cell

ITEMS = [item for item in load_assignment("regularization").items if item.name in CATALOGUE]
_OF_SEVERAL_ENTRIES = {
    *("cache-order", "keys-exchanged", "kept-without-chance", "kept-by-position"),
    *("masks-kept-between-calls", *TOGETHER.values()),
}
TEXTS = [
    (f"{item.name}: {name}", text)
    for item in ITEMS
    for name, text in (CATALOGUE[item.name][1] | WHOLE).items()
]


def _counted(item: Item, student: str) -> list[Case]:
    cases = load_assignment("regularization").cases(item, SECRET, student)
    return [case for case in cases if case.family in item.families]


def _scenes(item: Item) -> Iterator[tuple[str, Case, Candidates]]:
    """Every aspect of an item in every case, after the right answer."""
    for student in ("ada", "bob", "eve"):
        for case in _counted(item, student):
            right = Reference().expect(case, {})
            for aspect in CATALOGUE[item.name][0]:
                found = aspect.candidates(case, right)
                if found is not None:
                    yield aspect.entry, case, found


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_mistake_has_its_texts_and_every_text_its_mistake(item: Item) -> None:
    """Nobody is told of a mistake without a hint, and no hint is dead."""
    with np.errstate(all="ignore"):
        named = {
            name
            for _, _, found in _scenes(item)
            for names in (*found.names, *(odd for odd, _ in found.odd))
            for name in names
        }
    # The order of a cache shows in no single entry.
    assert named | _OF_SEVERAL_ENTRIES >= set(CATALOGUE[item.name][1]) >= named


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_candidates_are_the_same_in_every_case(item: Item) -> None:
    """Else what matches in one case could not be looked for in the next."""
    known: dict[str, tuple[object, ...]] = {}
    with np.errstate(all="ignore"):
        for entry, _, found in _scenes(item):
            order = (found.names, len(found.odd))
            assert known.setdefault(entry, order) == order


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_the_right_answer_has_no_mistake(item: Item) -> None:
    """The first candidate of every aspect is what the reference says, and it is told as right."""
    answers = [(case, Reference().expect(case, {})) for case in _counted(item, "ada")]
    with np.errstate(all="ignore"):
        for aspect in CATALOGUE[item.name][0]:
            assert explain(aspect, answers) == ()


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _ in TEXTS])
def test_what_is_told_of_a_mistake(name: str, text: Mistake) -> None:
    """The formula is code; the hint is short, kind, and no code."""
    ast.parse(text.formula)
    assert 20 < len(text.hint) <= 240
    assert text.hint[0].isupper() or text.hint.startswith(("λ", "`"))
    assert text.hint.endswith((".", "?"))
    for word in ("wrong", "stupid", "just", "!", "np.", "==", "**", " @ "):
        assert word not in text.hint
    assert text.note


def _layers(line: str) -> tuple[str, ...]:
    below = {3: "A2", 2: "A1", 1: "X"}
    return tuple(
        f"dW{k} = " + line.replace("W_", f"W{k}").replace("dZ_", f"dZ{k}").replace("A_", below[k])
        for k in (3, 2, 1)
    )


def _both(line: str, order: tuple[int, int]) -> tuple[str, ...]:
    return tuple(line.replace("_", str(k)).replace("keep prob", "keep_prob") for k in order)


_SUM = "(np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))"
KNOWN = [
    (COST, (f"L2_regularization_cost = lambd / m * {_SUM}",), ("half-missing",)),
    (COST, (f"L2_regularization_cost = lambd / 2 * m * {_SUM}",), ("m-multiplied",)),
    (
        COST,
        (f"L2_regularization_cost = -0.1 / (2 * m) * {_SUM}",),
        ("lambda-hard-coded", "sign-turned"),
    ),
    (BACK_L2, _layers("1 / m * np.dot(dZ_, A_.T) + lambd / (2 * m) * W_"), ("half-kept",)),
    (
        BACK_L2,
        _layers("1 / m * np.dot(dZ_, A_.T) + lambd / m * np.sign(W_)"),
        ("sign-for-weights",),
    ),
    (BACK_L2, _layers("np.dot(dZ_, A_.T) + lambd / m * W_"), ("data-not-averaged",)),
    (
        FORWARD,
        _both("D_ = np.random.rand(*A_.shape) < keep prob\nA_ = A_ * D_", (1, 2)),
        ("scale-missing",),
    ),
    (
        FORWARD,
        _both("D_ = np.random.randn(*A_.shape) < keep prob\nA_ = A_ * D_ * keep prob", (1, 2)),
        ("randn-for-rand", "scale-multiplied"),
    ),
    (BACK_DROPOUT, _both("dA_ = dA_ / keep prob", (2, 1)), ("mask-missing",)),
    (BACK_DROPOUT, _both("dA_ = dA_ * D_", (2, 1)), ("scale-missing",)),
]


@pytest.mark.parametrize(("function", "gaps", "expected"), KNOWN)
def test_mistakes_are_called_by_their_names(
    function: str, gaps: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """One, or two independent ones; and the student reads the hint of each."""
    judgement = judge_cell(function, fill(function, gaps))
    assert judgement.mistakes == expected
    assert judgement.mistake == expected[0]
    for name in expected:
        assert CATALOGUE[function][1][name].hint in judgement.message


def test_what_nobody_knows_is_not_guessed() -> None:
    """A cost that fits no formula is said to be unknown."""
    judgement = judge_cell(COST, fill(COST, ("L2_regularization_cost = 3 * A3.sum() ** 3",)))
    assert judgement.mistakes == ()
    assert judgement.mistake is None
    assert "do not recognise" in judgement.message


def test_a_layer_is_named_with_its_mistake() -> None:
    """Where the same mistake was made twice, both places are told, and no other."""
    gaps = list(_layers("1 / m * np.dot(dZ_, A_.T) + lambd / m * W_"))
    gaps[1] = gaps[1].replace("lambd / m", "lambd")
    gaps[2] = gaps[2].replace("lambd / m", "lambd")
    judgement = judge_cell(BACK_L2, fill(BACK_L2, gaps))
    assert judgement.mistakes == ("m-missing",)
    assert "(layers 2 and 1)" in judgement.message


FAULTS = [
    ("return lambda_", "name-not-defined"),
    ("return parameters['W4']", "key-not-found"),
    ("return np.sqaure(A3)", "attribute-not-found"),
    ("return A3 + None", "none-left-in"),
    ("return np.dot(A3, A3)", "shapes-do-not-fit"),
    ("return 1 / 0", "division-by-zero"),
    ("assert lambd == 7", "own-assertion-failed"),
    ("raise NotImplementedError", "gap-left-empty"),
    ("compute_cost(A3, Y)", "return-forgotten"),
    ("return A3, Y", "other-kind-of-answer"),
]


@pytest.mark.parametrize(("line", "expected"), FAULTS)
def test_what_stops_a_function_has_a_name_too(line: str, expected: str) -> None:
    """Whatever keeps an answer from coming, and it is not said to be unknown."""
    source = f"def {COST}(A3, Y, parameters, lambd):\n    {line}\n"
    judgement = judge_cell(COST, source)
    assert judgement.mistake == expected
    assert "do not recognise" not in judgement.message


def test_changed_inputs_are_named_beside_a_right_answer() -> None:
    """The answer is right, and something is still to be mended."""
    gap = f"L2_regularization_cost = lambd / (2 * m) * {_SUM}\nW1 *= 2"
    judgement = judge_cell(COST, fill(COST, (gap,)))
    assert judgement.mistakes == ("inputs-changed",)


def test_an_entry_that_is_none_or_not_there_is_named() -> None:
    """Of a dictionary that came back with a hole in it."""
    gaps = _layers("1 / m * np.dot(dZ_, A_.T) + lambd / m * W_")
    judgement = judge_cell(BACK_L2, fill(BACK_L2, (gaps[0], "dW2 = None", gaps[2])))
    assert judgement.mistake == "none-left-in"
    source = fill(BACK_L2, gaps).replace('"dW2": dW2,', "")
    assert judge_cell(BACK_L2, source).mistake == "entry-missing"


def test_a_nan_in_one_place_hides_no_mistake() -> None:
    """Candidates are looked at in one place first, and a nan there would say nothing."""
    got = np.array([[np.nan, 4.0, 1.0]])
    slots: dict[str, Slot] = {
        "scale": [("", 1.0), *((f"times-{k}", float(k)) for k in range(2, 60))],
        "base": [("", np.array([[np.nan, 0.5, 0.125]]))],
    }
    token = STILL_POSSIBLE.set(Possible(got, ALL, ()))
    try:
        found = fill_slots(slots, lambda scale, base: scale * base)
    finally:
        STILL_POSSIBLE.reset(token)
    names = [found.named(int(place)) for place in np.flatnonzero(found.matching(got))]
    assert names == [("times-8",)]


def test_activations_cached_too_early_are_those_of_the_layer_below() -> None:
    """The sum of the next layer shows it; the A that is meant is the one before."""
    cell = fill(
        FORWARD,
        _both("D_ = np.random.rand(*A_.shape) < keep prob\nA_ = A_ * D_ / keep prob", (1, 2)),
    ).replace("A2 = A2 * D2 / keep_prob", "A2 = A2 * D2")
    cell = cell.replace("np.dot(W3, A2)", "np.dot(W3, A2 / keep_prob)")
    judgement = judge_cell(FORWARD, cell)
    assert judgement.mistakes == ("cached-before-dropout",)
    assert "(layer 2)" in judgement.message
    assert "(layer 3)" not in judgement.message


@pytest.mark.parametrize(
    ("scale", "mistake", "told"),
    [
        ("(keep prob + (keep prob != 0.8) / 9)", None, True),
        ("0.8", "keep-prob-hard-coded", True),
        ("np.mean(D_)", "scale-by-mask-rate", False),
    ],
)
def test_a_number_of_the_example_is_looked_for_where_nothing_else_is_known(
    scale: str, mistake: str | None, told: bool
) -> None:
    """Beside the name of another mistake that advice would lead astray."""
    cell = fill(BACK_DROPOUT, _both(f"dA_ = dA_ * D_ / {scale}", (2, 1)))
    judgement = judge_cell(BACK_DROPOUT, cell)
    assert judgement.mistake == mistake
    assert ("look for a number that belongs to the example" in judgement.message) == told
