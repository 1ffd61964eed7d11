"""What is told of functions that stop, slip in a name, or hand on what cannot be judged."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from testcases.core.stopping import near
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, CLASSIC, COST, FORWARD, Answer
from testcases.regularization.law import LAWFUL, SHARE
from testcases.regularization.public import OTHERWISE_DRAWN, PAID_IN_PART, check
from tests.solving import fill, judge_cell, judge_item, namespace_of, run_cell

NOT_REACHED = "Not reached: the run stopped before it."


def _gaps(name: str, number: int, text: str) -> tuple[str, ...]:
    """The classic gaps with another text in one of them."""
    gaps = list(CLASSIC[name].gaps)
    gaps[number] = text
    return tuple(gaps)


def _checked(name: str, cell: str, asked: str = "") -> str:
    """What the notebook's check says, the other functions being right."""
    namespace = namespace_of({**CLASSIC, name: Answer(cell=cell)})
    return str(check(asked or name, namespace).judgement.message)


def _told(message: str, part: str) -> str:
    """The line below a part's own."""
    lines = message.splitlines()
    (at,) = (number for number, line in enumerate(lines) if line.endswith(part))
    return lines[at + 1].strip()


@pytest.mark.parametrize("number", [0, 1])
def test_parts_behind_a_stop_say_so(number: int) -> None:
    """No part is crossed out without a word."""
    message = _checked(BACK_L2, fill(BACK_L2, _gaps(BACK_L2, number, f"dW{3 - number} = nothing")))
    assert "NameError" in _told(message, f"layer {3 - number}: dW{3 - number}")
    assert _told(message, "layer 1: dW1") == NOT_REACHED


def test_every_wrong_part_has_a_line_of_its_own() -> None:
    """Where all are wrong for one reason, it is told once."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps).replace("return {", "result = {")
    assert _checked(BACK_L2, cell).count("As above.") == 2


def test_an_entry_that_has_no_value_at_the_stop_is_not_called_missing() -> None:
    """The function returned nothing from which it could be missing."""
    cell = fill(BACK_L2, _gaps(BACK_L2, 0, "W3_gradient = dZ3"))
    message = _checked(BACK_L2, cell)
    assert "`dW3` had no value when your function stopped" in message
    assert "name 'dW3' is not defined" in message
    assert "is missing" not in message


@pytest.mark.parametrize(
    ("placeholder", "words"), [("0", "`D1` is a single number"), ("None", "`D1` is None")]
)
def test_a_placeholder_before_an_open_gap_is_called_what_it_is(
    placeholder: str, words: str
) -> None:
    """A whole number and a None are noted when the function stops; the open gap is told as well."""
    empty = 'raise NotImplementedError("this gap is still empty")'
    message = _checked(FORWARD, fill(FORWARD, (f"D1 = {placeholder}", empty)))
    assert words in message
    assert "still an empty gap" in message


@pytest.mark.parametrize(
    "made",
    [
        "type('F', (float,), {'size': property(lambda self: 1 / 0)})(1)",
        "type('F', (int,), {'__abs__': lambda self: 1 / 0})(1)",
        "10**5000",
    ],
)
def test_odd_numbers_at_a_stop_are_passed_over(made: str) -> None:
    """What a student's number does when it is looked at is no error of the check."""
    message = _checked(BACK_L2, fill(BACK_L2, _gaps(BACK_L2, 0, f"dW3 = {made}\nnothing")))
    assert "name 'nothing' is not defined" in message


def test_names_set_to_none_at_the_top_hide_no_stop() -> None:
    """A None is no result, so the function has not come beyond the line on which it stopped."""
    gaps = _gaps(BACK_L2, 0, "dW3 = dW2 = dW1 = None\ndW3 = nothing")
    assert "nothing" in _told(_checked(BACK_L2, fill(BACK_L2, gaps)), "layer 3: dW3")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("L2_regularization_cost = lambda / (2 * m)", "`lambda` is a reserved word of Python"),
        ("L2_regularization_cost = lambda / (2 * m)", "The argument is spelled `lambd`."),
        ("for in (W1, W2, W3):\n    pass", "for a bracket"),
        ("class = np.sum(W1)", "`class` is a reserved word of Python"),
        ("L2_regularization_cost = lambd / (2 * m", "for a bracket"),
    ],
)
def test_a_reserved_word_for_a_name_is_told(line: str, words: str) -> None:
    """Only if another name in its place would make the line Python."""
    assert words in judge_cell(COST, fill(COST, (line,))).message


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (BACK_L2, '"dW2": dW2', '"dW2": None', "None as dW2, and W2 has shape (3, 2)"),
        (BACK_L2, '"dW2": dW2', '"dW2": dW2.T', "an array of shape (2, 3) as dW2"),
        (BACK_L2, '"dW2": dW2,', "", "returned no dW2"),
        (BACK_L2, "return {", "result = {", "returned no dW1"),
        (COST, "return cross", "cross", "returned None, and not one number"),
        (FORWARD, "return A3, cache", "return A3", "did not return A3 and the cache"),
        (FORWARD, "return A3, cache", "return None, cache", "returned None as A3"),
    ],
)
def test_a_training_that_cannot_go_on_names_the_function(
    name: str, old: str, new: str, words: str
) -> None:
    """No line of the student's has stopped, so none is spoken of."""
    cell = fill(name, CLASSIC[name].gaps)
    assert old in cell
    message = _checked(name, cell.replace(old, new), "training")
    assert f"`{name}` " in message
    assert words in message
    assert "this line" not in message
    assert NOT_REACHED in message


def test_a_training_on_other_data_tells_only_that_it_cannot_go_on() -> None:
    """There the shape could carry a number out."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps)
    cell = cell.replace('"dW1": dW1', '"dW1": dW1 if X.shape == (3, 5) else 4711')
    message = judge_item("training", namespace_of({**CLASSIC, BACK_L2: Answer(cell=cell)})).message
    assert "one of your functions returned something of another kind or shape" in message
    assert "4711" not in message


def test_a_step_of_the_training_is_not_shown_as_an_index() -> None:
    """The student has no array whose first axis counts the steps."""
    cell = fill(BACK_L2, _gaps(BACK_L2, 2, "dW1 = np.dot(dZ1, X.T) / m"))
    message = judge_item("training", namespace_of({**CLASSIC, BACK_L2: Answer(cell=cell)})).message
    assert "On the example, after step 1, `W1[" in message


def test_a_training_without_a_function_says_that_its_cell_is_no_python() -> None:
    """Nobody could run that cell first."""
    namespace = namespace_of(CLASSIC)
    del namespace[COST]
    assert "run its cell first" in check("training", namespace).judgement.message
    run_cell(fill(COST, ("x = (",)), namespace)
    message = check("training", namespace).judgement.message
    assert f"`{COST}` is not defined, because its cell is no Python (line 25)" in message
    assert "run its cell first" not in message


@pytest.mark.parametrize(
    ("name", "gap", "words"),
    [
        (COST, "L2_regularization_cost = lamda", "did you mean the name `lambd`?"),
        (FORWARD, "D1 = np.random.rand(2, 5) < keepprob", "did you mean the name `keep_prob`?"),
        (BACK_DROPOUT, "dA2 = dA2 * d2", "did you mean the name `D2`? Capitals count."),
        (FORWARD, 'parameters["w1"]', "did you mean the key `W1`? Capitals count."),
        (COST, "L2_regularization_cost = weights", "used before it has a value"),
        (COST, "L2_regularization_cost = W4", "used before it has a value"),
    ],
)
def test_a_slip_in_a_name_that_the_stub_gives_is_told(name: str, gap: str, words: str) -> None:
    """Only where one of them is clearly meant."""
    assert words in _checked(name, fill(name, _gaps(name, 0, gap)))


@pytest.mark.parametrize(
    ("name", "others", "meant"),
    [
        ("dw1", ("dW1", "dW2"), "dW1"),
        ("dW", ("dW1", "dW2"), ""),
        ("dW3", ("dW1", "dW2"), ""),
        ("dW1", ("dW1", "dw1"), ""),
        ("lamda", ("lambd", "lambd"), "lambd"),
    ],
)
def test_a_name_is_near_to_one_other_or_none(name: str, others: Sequence[str], meant: str) -> None:
    """Another digit is another name, and of several nothing is guessed."""
    assert near(name, others) == meant


def test_a_returned_key_with_other_capitals_is_pointed_at_on_the_example_only() -> None:
    """On other data the code could choose its keys to say something."""
    cell = fill(BACK_DROPOUT, CLASSIC[BACK_DROPOUT].gaps)
    wrong = cell.replace('"dA2": dA2', '"da2": dA2')
    words = (
        "`dA2` is missing from what your function returns; there is a `da2` in it: capitals count."
    )
    assert words in _checked(BACK_DROPOUT, wrong)
    later = cell.replace('"dA2": dA2', '("dA2" if X.shape == (3, 5) else "da2"): dA2')
    message = judge_cell(BACK_DROPOUT, later).message
    assert "`dA2` is missing" in message
    assert "da2" not in message


def test_a_guess_gives_way_to_a_hint() -> None:
    """Of two explanations beside each other, one would be wrong."""
    transposed = fill(BACK_L2, _gaps(BACK_L2, 1, "dW2 = np.dot(dZ2, A1)"))
    unknown = fill(BACK_L2, _gaps(BACK_L2, 1, "dW2 = np.zeros(2) + np.zeros(3)"))
    for tell in (
        lambda cell: judge_cell(BACK_L2, cell).message,
        lambda cell: _checked(BACK_L2, cell),
    ):
        assert "the wrong way round" in tell(transposed)
        assert "Print the .shape" not in tell(transposed)
        assert "Print the .shape" in tell(unknown)


def test_what_lies_behind_zeros_is_said_to_be_hidden_by_them() -> None:
    """A right layer 1 is not called wrong where a mask turned round has left nothing but zeros."""
    gaps = _gaps(BACK_DROPOUT, 0, "dA2 = dA2 * (1 - D2) / keep_prob")
    judgement = judge_cell(BACK_DROPOUT, fill(BACK_DROPOUT, gaps))
    assert "nothing but zeros" in (judgement.parts[1].problem or "")
    # A zero that nothing rests on hides nothing.
    gaps = ("dW3 = 0 * W3", "dW2 = 0 * W2", "dW1 = W1")
    assert "zeros" not in judge_cell(BACK_L2, fill(BACK_L2, gaps)).message


def _drawn(mask: str, scale: str = " / keep_prob") -> str:
    """A forward pass with both masks made by this expression."""
    gaps = [f"D{k} = ({mask.format(k=k)}) < keep_prob\nA{k} = A{k} * D{k}{scale}" for k in (1, 2)]
    return fill(FORWARD, gaps)


def test_masks_drawn_otherwise_are_told_what_they_may_earn() -> None:
    """The notebook's number is none, the grade is not: the message says so."""
    generator = "np.random.default_rng({k}).random(A{k}.shape)"
    other_seed = fill(FORWARD, CLASSIC[FORWARD].gaps).replace("seed(1)", "seed(3)")
    for cell in (_drawn(generator), other_seed):
        assert PAID_IN_PART in _checked(FORWARD, cell)
        graded = judge_cell(FORWARD, cell)
        assert graded.score == SHARE * graded.max_score
        assert PAID_IN_PART not in graded.message
    assert f"{SHARE:.0%}" in PAID_IN_PART
    assert LAWFUL | {"mask-of-another-stream"} == OTHERWISE_DRAWN


@pytest.mark.parametrize(
    "cell",
    [
        _drawn("np.random.default_rng({k}).random(A{k}.shape)", scale=""),
        _drawn("np.random.default_rng({k}).random(A{k}.shape)", scale=" * keep_prob"),
        _drawn("1 - np.random.rand(*A{k}.shape) * 0"),
    ],
)
def test_what_is_no_dropout_is_promised_nothing(cell: str) -> None:
    """Where the activations do not fit the mask, it earns nothing when graded either."""
    assert PAID_IN_PART not in _checked(FORWARD, cell)
