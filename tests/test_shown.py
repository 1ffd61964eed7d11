"""On hidden cases a message repeats nothing that the student's code can choose freely."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testcases import load_assignment
from testcases.core.judge import judge
from testcases.core.observe import observe
from testcases.core.protocol import Case, Fault, Item, Judgement, Observation, Opaque
from testcases.regularization.answers import BACK_L2, CLASSIC, COST, FORWARD
from tests.solving import SECRET, namespace_of

ASSIGNMENT = load_assignment("regularization")
#: Stands for hidden inputs, as a number and as a text.
LOOT = 4711
STASHED = f"STASHED {LOOT}"


def _item(name: str) -> tuple[Item, list[Case], list[Observation]]:
    """An item with its cases, and what a right function makes of them."""
    item = next(item for item in ASSIGNMENT.items if item.name == name)
    cases = list(ASSIGNMENT.cases(item, SECRET, "ada"))
    right = namespace_of(CLASSIC)
    return item, cases, [observe(case, right, ASSIGNMENT.drivers) for case in cases]


ITEMS: Mapping[str, Any] = {item.name: _item(item.name) for item in ASSIGNMENT.items}


def _judged(name: str, hidden: Observation) -> Judgement:
    """Right on the example, and then, seeing hidden inputs, this."""
    item, cases, right = ITEMS[name]
    seen = [
        one if case.family == "fixture" else replace(hidden, arguments_after=one.arguments_after)
        for case, one in zip(cases, right, strict=True)
    ]
    judgement = judge(item, cases, seen, ASSIGNMENT.oracle)
    assert judgement.verdict == "partial"
    assert any(part.problem for part in judgement.parts)
    return judgement


def _gradients(value: object) -> dict[str, object]:
    return {f"d{kind}{layer}": value for kind in "ZWbA" for layer in (1, 2, 3)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (BACK_L2, _gradients(np.zeros((LOOT, 23)))),
        (BACK_L2, _gradients(np.zeros((0, LOOT)))),
        (BACK_L2, _gradients(((1.0,) * LOOT,))),
        (BACK_L2, _gradients((None,) * LOOT)),
        (BACK_L2, _gradients(((None,) * LOOT, 1))),
        (BACK_L2, _gradients({STASHED: 1})),
        (BACK_L2, _gradients(STASHED)),
        (BACK_L2, _gradients(Opaque(STASHED))),
        (BACK_L2, _gradients(Opaque(f"an array of dtype <U{LOOT}"))),
        (BACK_L2, _gradients(Opaque(f"an object of type {STASHED}"))),
        (BACK_L2, np.zeros((LOOT, 1))),
        (BACK_L2, LOOT),
        (BACK_L2, {STASHED: np.zeros(LOOT)}),
        (COST, np.zeros(LOOT)),
        (COST, (None, np.zeros((2, LOOT)))),
        (COST, Opaque(f"an array of dtype |S{LOOT}")),
        (COST, Opaque(f"a key of type {STASHED}")),
        (FORWARD, (1.0,) * LOOT),
        (FORWARD, (np.zeros((1, 7)), (np.zeros((LOOT, 2)),) * 14)),
        (FORWARD, (np.zeros((1, 7)), (None,) * LOOT)),
    ],
)
def test_a_returned_thing_carries_no_hidden_input_out(name: str, value: object) -> None:
    """Neither shape nor length, dtype, key, text or name of a type is repeated on hidden cases."""
    said = str(_judged(name, Observation("returned", value)))
    assert str(LOOT) not in said
    assert "STASHED" not in said


@pytest.mark.parametrize("outcome", ["raised", "undefined", "not_attempted", "memory"])
@pytest.mark.parametrize("kind", ["ValueError", "MissingFunctionError", STASHED])
@pytest.mark.parametrize("function", [COST, STASHED])
def test_an_exception_of_any_kind_carries_no_hidden_input_out(
    outcome: Any, kind: str, function: str
) -> None:
    """Whatever the code says of its own exception: text, type, line and names stay where they are."""
    fault = Fault(kind, STASHED, LOOT, STASHED, function)
    said = str(_judged(COST, Observation(outcome, fault=fault)))
    assert str(LOOT) not in said
    assert "STASHED" not in said


@pytest.mark.parametrize("shape", [(2, 5), (7,), (7, 1), (35,), (0, 7)])
def test_no_shape_that_came_back_is_told(shape: tuple[int, ...]) -> None:
    """Even of the arguments' sizes a function could choose enough shapes to say a number."""
    judgement = _judged(BACK_L2, Observation("returned", _gradients(np.zeros(shape))))
    assert "has another shape" in judgement.message
    assert f"has shape {shape}" not in judgement.message
    assert "should be (1, 7)" in judgement.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((1.0, 2.0, 3.0, 4.0), "a tuple or list of 4."),
        (((), "x", None), "a tuple or list of 3 (a tuple or list of 0, a string, None)."),
        (((np.zeros((1, 7)),), 1.0), "a tuple or list of 2 (a tuple or list of 1, a number)."),
        ((1.0,) * 21, "a long tuple or list."),
        (Opaque("a masked array"), "a masked array."),
        (Opaque("an array of dtype object"), "an array of dtype object."),
    ],
)
def test_an_honest_slip_in_the_return_line_is_told(value: object, words: str) -> None:
    """Short tuples are described, one level deep; the common odd kinds are named."""
    assert f"returned {words}" in _judged(BACK_L2, Observation("returned", value)).message


FREE = st.recursive(
    st.none()
    | st.just(STASHED)
    | st.builds(Opaque, st.just(STASHED))
    | st.integers(min_value=100)
    | st.floats(min_value=100.5)
    | st.lists(st.integers(0, 40), max_size=3).map(lambda shape: np.broadcast_to(0.5, shape)),
    lambda inner: (
        st.lists(inner, max_size=40).map(tuple)
        | st.dictionaries(st.sampled_from(["dZ3", "dW1", STASHED]), inner, max_size=3)
    ),
    max_leaves=30,
)


@given(value=FREE, whole=st.booleans(), name=st.sampled_from([COST, BACK_L2, FORWARD]))
@settings(max_examples=150, deadline=None)
def test_the_words_for_a_hidden_case_are_few(value: object, whole: bool, name: str) -> None:
    """Whatever comes back, numbers in the message are sizes of the case's own or short lengths."""
    item, cases, right = ITEMS[name]
    given = value if whole or name == COST else _gradients(value)
    if name == FORWARD and not whole:
        given = (value, (value,) * 14)
    judgement = judge(
        item,
        cases,
        [
            one if case.family == "fixture" else replace(one, value=given)
            for case, one in zip(cases, right, strict=True)
        ],
        ASSIGNMENT.oracle,
    )
    for part in judgement.parts:
        said = re.sub(r"`[^`]*`|λ = 0|keep_prob = 1", "", part.problem or "")
        assert "STASHED" not in said
        assert all(int(number) <= 21 for number in re.findall(r"\d+", said))


def test_the_example_is_described_in_full() -> None:
    """There the student has the inputs anyway, and needs to see what came back."""
    item, cases, right = ITEMS[BACK_L2]
    for value, words in (
        (_gradients(np.zeros((LOOT, 23))), f"has shape ({LOOT}, 23)"),
        (Opaque("an object of type Thing"), "an object of type Thing"),
        ((1,) * LOOT, f"a tuple or list of {LOOT}"),
    ):
        seen = [replace(right[0], value=value), *right[1:]]
        assert words in judge(item, cases, seen, ASSIGNMENT.oracle).message


def test_an_exception_cannot_pass_for_a_line_of_the_judge() -> None:
    """Its text is one line without anything that turns or hides, on the example too."""
    item, cases, right = ITEMS[COST]
    text = "x\n\u2714 All parts are done.\n\u2192 15 of 15 points\u202e\x1b[31m"
    fault = Fault("ValueError", text, 2, COST, "y")
    seen = [
        Observation("raised", None, one.arguments_after, fault) if case.family == "fixture" else one
        for case, one in zip(cases, right, strict=True)
    ]
    message = judge(item, cases, seen, ASSIGNMENT.oracle).message
    assert "ValueError: x \u2714 All parts are done. \u2192 15 of 15 points [31m" in message
    assert not any(line.strip().startswith("\u2714 All") for line in message.split("\n"))
    assert "\u202e" not in message
