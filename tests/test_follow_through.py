"""An error is charged once: what follows from it, in a training or behind a stop, is judged by itself."""

from __future__ import annotations

import pytest

from testcases.core.protocol import Judgement
from testcases.regularization.answers import (
    BACK_DROPOUT,
    BACK_L2,
    CLASSIC,
    COST,
    FORWARD,
    FUNCTIONS,
    Answer,
)
from testcases.regularization.hidden import _KEEP_PROBS_OF_TRAININGS
from testcases.regularization.reference import seeded_numbers
from tests.solving import fill, judge_cell, judge_item, namespace_of, solution_cells

_UNSCALED = (
    "D1 = np.random.rand(*A1.shape) < keep_prob\nA1 = A1 * D1",
    "D2 = np.random.rand(*A2.shape) < keep_prob\nA2 = A2 * D2",
)
_OTHER_STREAM = tuple(
    f"D{k} = np.random.rand(*A{k}.shape) > 1 - keep_prob\nA{k} = A{k} * D{k} / keep_prob"
    for k in (1, 2)
)
_NO_MASK_SCALED_TWICE = ("dA2 = dA2 / keep_prob ** 2", "dA1 = dA1 / keep_prob ** 2")


def _training(**wrong: Answer) -> list[float]:
    """Points of the four parts of the training, where these functions are not the classic ones."""
    answers = {name: wrong.get(name, CLASSIC[name]) for name in FUNCTIONS}
    judgement = judge_item("training", namespace_of(answers))
    assert sum(part.max_score for part in judgement.parts) == 10
    return [part.score for part in judgement.parts]


@pytest.mark.parametrize(
    ("function", "gaps", "points"),
    [
        (COST, ("L2_regularization_cost = 0",), [0, 2.5, 2.5, 2.5]),
        (
            BACK_L2,
            ("dW3 = dZ3 @ A2.T / m", "dW2 = dZ2 @ A1.T / m", "dW1 = dZ1 @ X.T / m"),
            [2.5, 0, 2.5, 2.5],
        ),
        (FORWARD, _UNSCALED, [2.5, 2.5, 0, 2.5]),
        (FORWARD, _OTHER_STREAM, [2.5, 2.5, 2.5, 2.5]),
        (BACK_DROPOUT, _NO_MASK_SCALED_TWICE, [2.5, 2.5, 2.5, 0]),
    ],
)
def test_a_wrong_function_costs_its_own_quarter_of_the_training(
    function: str, gaps: tuple[str, ...], points: list[float]
) -> None:
    """The other three functions are judged from where the wrong one has led them."""
    assert _training(**{function: Answer(gaps)}) == points


def test_a_training_of_nothing_earns_nothing() -> None:
    """From a cache of zeros, gradients of zeros would follow: that is no way to points."""
    zeros = (
        f"def {FORWARD}(X, parameters, keep_prob=0.5):\n"
        "    W1, b1, W2, b2, W3, b3 = (parameters[n] for n in ('W1', 'b1', 'W2', 'b2', 'W3', 'b3'))\n"
        "    Z1 = 0 * (W1 @ X); Z2 = 0 * (W2 @ Z1); Z3 = 0 * (W3 @ Z2)\n"
        "    return Z3, (Z1, Z1, Z1, W1, b1, Z2, Z2, Z2, W2, b2, Z3, Z3, W3, b3)\n"
    )
    nothing = (
        f"def {BACK_DROPOUT}(X, Y, cache, keep_prob):\n"
        "    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache\n"
        "    return {'dW1': 0 * W1, 'db1': 0 * b1, 'dW2': 0 * W2, 'db2': 0 * b2,\n"
        "            'dW3': 0 * W3, 'db3': 0 * b3}\n"
    )
    points = _training(**{FORWARD: Answer(cell=zeros), BACK_DROPOUT: Answer(cell=nothing)})
    assert points == [2.5, 2.5, 0, 0]


def test_a_gradient_of_another_shape_stops_the_training() -> None:
    """Broadcasting would change the network without a word."""
    cell = fill(BACK_L2, CLASSIC[BACK_L2].gaps).replace(
        "    return {", "    db1 = db1.T\n    return {"
    )
    assert _training(**{BACK_L2: Answer(cell=cell)})[:2] == [0, 0]


def _both_passes(forward: str, backward: str) -> Judgement:
    answers = {FORWARD: Answer(cell=forward), BACK_DROPOUT: Answer(cell=backward)}
    return judge_item(BACK_DROPOUT, namespace_of(answers))


def _classic(name: str) -> str:
    return fill(name, CLASSIC[name].gaps)


@pytest.mark.parametrize(
    "other", ["A1, D1, Z1, W1, b1,", "Z1, A1, D1, W1, b1,", "D1, Z1, A1, b1, W1,"]
)
def test_a_backward_pass_may_fit_its_own_forward_passs_cache(other: str) -> None:
    """The other order was charged to the forward pass; the item says what to mend first."""
    order = "Z1, D1, A1, W1, b1,"
    swapped = [_classic(name).replace(order, other) for name in (FORWARD, BACK_DROPOUT)]
    assert all(other in cell for cell in swapped)
    both = _both_passes(*swapped)
    assert both.score == both.max_score
    assert "Behind your own forward pass this is right" in both.message
    assert both.mistake == "fits-own-cache"
    assert _both_passes(_classic(FORWARD), swapped[1]).score < both.max_score


def test_a_mask_kept_the_other_way_round_may_fit() -> None:
    """D marks what was dropped, in both passes."""
    forward = fill(
        FORWARD,
        tuple(
            f"D{k} = np.random.rand(*A{k}.shape) >= keep_prob\nA{k} = A{k} * (1 - D{k}) / keep_prob"
            for k in (1, 2)
        ),
    )
    backward = fill(BACK_DROPOUT, tuple(f"dA{k} = dA{k} * (1 - D{k}) / keep_prob" for k in (2, 1)))
    both = _both_passes(forward, backward)
    assert both.score == both.max_score
    assert both.mistakes == ("fits-own-cache",)
    assert "mask is 0" not in both.message  # which would be said of it on the given caches


def test_masks_drawn_once_more_are_not_conceded() -> None:
    """Behind a seed they come out right; they are wrong all the same."""
    fresh = fill(
        BACK_DROPOUT,
        (
            "np.random.seed(1)\nD1 = np.random.rand(*A1.shape) < keep_prob\n"
            "D2 = np.random.rand(*A2.shape) < keep_prob\ndA2 = dA2 * D2 / keep_prob",
            "dA1 = dA1 * D1 / keep_prob",
        ),
    )
    assert _both_passes(_classic(FORWARD), fresh).score < 20
    order, other = "Z1, D1, A1, W1, b1,", "A1, D1, Z1, W1, b1,"
    swapped = _classic(FORWARD).replace(order, other), fresh.replace(order, other)
    assert _both_passes(*swapped).score <= 20 * 0.2


GAP = 'raise NotImplementedError("this gap is still empty")'


@pytest.mark.parametrize("stop", [GAP, "undefined_name", "np.dot(W1, W1, W1, W1)", "1 / 0"])
def test_what_was_worked_out_before_a_stop_counts(stop: str) -> None:
    """Layer 1 is right, layer 2 stops: layer 1 is paid, and layer 2 reads why it is not."""
    cell = fill(FORWARD, (CLASSIC[FORWARD].gaps[0], stop))
    judgement = judge_cell(FORWARD, cell)
    assert [part.score for part in judgement.parts] == [12.5, 0]
    assert judgement.parts[1].problem


def test_what_is_wrong_before_a_stop_is_named_beside_it() -> None:
    """The first of two errors does not hide the other."""
    gaps = ("dW3 = np.dot(dZ3, A2.T) / m", "dW2 = 1 / 0", CLASSIC[BACK_L2].gaps[2])
    judgement = judge_cell(BACK_L2, fill(BACK_L2, gaps))
    assert judgement.mistakes == ("penalty-missing", "division-by-zero")
    assert judgement.score == 0


def test_a_function_that_never_returns_does_not_earn_its_last_part() -> None:
    """Everything was worked out, and then the return line has a slip."""
    cell = fill(COST, CLASSIC[COST].gaps)
    cell = cell.replace("    return ", "    cost = ") + "\n    return cots\n"
    assert judge_cell(COST, cell).mistake == "name-not-defined"
    assert judge_cell(COST, cell).score == 0
    cell = _classic(BACK_L2).replace("    return {", "    oops\n    return {")
    assert [part.score > 0 for part in judge_cell(BACK_L2, cell).parts] == [True, True, False]


def test_what_was_worked_out_may_refuse_to_be_looked_at() -> None:
    """An array of the student's own class raises when copied: the stop is told, and nothing else."""
    cell = (
        "class Trap(np.ndarray):\n"
        "    armed = False\n"
        "    def __array_finalize__(self, other):\n"
        "        if Trap.armed: raise SystemExit\n"
        f"def {COST}(A3, Y, parameters, lambd):\n"
        "    trap = np.ndarray.__new__(Trap, 3)\n"
        "    Trap.armed = True\n"
        "    return 1 / 0\n"
    )
    assert judge_cell(COST, cell).verdict == "error"


_TYPOS = [
    (0, "D1 = np.random.rand(*A1.shape)\nD1 = D1 < keepprob\nA1 = A1 * D1 / keep_prob"),
    (0, "D1 = np.random.rand(*A1.shape) < keep_prob\nA1 = A1 * D1\nA1 = A1 / keepprob"),
    (1, "D2 = np.random.rand(*A2.shape)\nD2 = D2 < keepprob\nA2 = A2 * D2 / keep_prob"),
]


@pytest.mark.parametrize(("place", "text"), _TYPOS)
def test_a_stop_is_told_and_not_what_was_unfinished_then(place: int, text: str) -> None:
    """Random numbers before their comparison are no mistake where the comparison is what stopped."""
    gaps = list(CLASSIC[FORWARD].gaps)
    gaps[place] = text
    judgement = judge_cell(FORWARD, fill(FORWARD, gaps))
    assert judgement.mistakes == ("name-not-defined",)
    assert "NameError" in judgement.message
    assert [part.score for part in judgement.parts] == [12.5 * place, 0]


def test_a_decorated_function_is_looked_into_all_the_same() -> None:
    """What was worked out is in the function itself, not in what was put around it."""
    cell = fill(FORWARD, (CLASSIC[FORWARD].gaps[0], "nothing_there"))
    cell = (
        "import functools\n\n\ndef logged(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n"
        "        return f(*a, **k)\n    return g\n\n\n"
    ) + cell.replace(f"def {FORWARD}", f"@logged\ndef {FORWARD}")
    assert [part.score for part in judge_cell(FORWARD, cell).parts] == [12.5, 0]


def test_what_stands_beside_does_not_hide_what_was_worked_out() -> None:
    """A large array, one that will not be copied, a long double: only they are left out."""
    cell = fill(
        FORWARD, (CLASSIC[FORWARD].gaps[0], "q = np.zeros(10**7)\nr = np.longdouble(3)\n1 / 0")
    )
    assert [part.score for part in judge_cell(FORWARD, cell).parts] == [12.5, 0]


def test_changed_inputs_cost_a_tenth_behind_a_stop_as_well() -> None:
    """What was damaged before the function stopped is damaged."""
    cell = fill(FORWARD, (CLASSIC[FORWARD].gaps[0], "b3 += 1\n1 / 0"))
    judgement = judge_cell(FORWARD, cell)
    assert judgement.score == 11.25
    assert "inputs-changed" in judgement.mistakes


_OTHER_ORDER = ("Z1, D1, A1, W1, b1,", "A1, D1, Z1, W1, b1,")
_REDRAWN = (
    "np.random.seed(1)\nD1 = np.random.rand(*A1.shape) < keep_prob\n"
    "D2 = np.random.rand(*A2.shape) < keep_prob\ndA2 = dA2 * D2 / keep_prob",
    "dA1 = dA1 * D1 / keep_prob",
)


@pytest.mark.parametrize(
    "backward",
    [
        # Entries are left out or empty.
        _classic(BACK_DROPOUT).replace('"dA2": dA2,', "").replace('"dA1": dA1,', ""),
        _classic(BACK_DROPOUT).replace('"dA2": dA2,', '"dA2": None,'),
        # The masks are drawn once more, and what would show it is left out.
        fill(BACK_DROPOUT, _REDRAWN).replace('"dA2": dA2,', "").replace('"dA1": dA1,', ""),
    ],
)
def test_only_a_whole_answer_fits_its_own_cache(backward: str) -> None:
    """Behind a cache in another order, as behind a right one."""
    both = _both_passes(_classic(FORWARD).replace(*_OTHER_ORDER), backward.replace(*_OTHER_ORDER))
    assert "fits-own-cache" not in both.mistakes
    assert both.score < both.max_score


def test_a_cache_without_masks_is_fitted_by_nothing() -> None:
    """Who keeps no masks must draw them once more."""
    names = "W1, b1, W2, b2, W3, b3"
    forward = _classic(FORWARD)
    start = forward.index("cache = (")
    forward = forward[:start] + f"cache = (Z1, A1, Z2, A2, Z3, A3, {names})\n    return A3, cache\n"
    backward = fill(BACK_DROPOUT, _REDRAWN)
    start, end = backward.index("    (Z1, D1"), backward.index(" = cache")
    backward = backward[:start] + f"    (Z1, A1, Z2, A2, Z3, A3, {names})" + backward[end:]
    assert _both_passes(forward, backward).score == 0


def test_next_to_nothing_is_nothing_to_follow_from() -> None:
    """From 1e-12 something follows that zeros are close enough to."""
    cell = (
        f"def {BACK_DROPOUT}(X, Y, cache, keep_prob):\n"
        "    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache\n"
        "    like = dict(dZ3=Z3, dW3=W3, db3=b3, dA2=A2, dZ2=Z2, dW2=W2, db2=b2,\n"
        "                dA1=A1, dZ1=Z1, dW1=W1, db1=b1)\n"
        "    return {key: 0 * value + (1e-12 if key == 'dZ2' else 0) for key, value in like.items()}\n"
    )
    assert judge_cell(BACK_DROPOUT, cell).score == 0


def test_a_second_seed_behind_a_full_first_mask_is_not_forgiven() -> None:
    """The stream was moved as it should be; the second mistake is the student's own."""
    gaps = (
        "D1 = np.random.rand(*A1.shape) > keep_prob\nA1 = A1 * D1 / keep_prob",
        "np.random.seed(1)\nD2 = np.random.rand(*A2.shape) < keep_prob\nA2 = A2 * D2 / keep_prob",
    )
    judgement = judge_cell(FORWARD, fill(FORWARD, gaps))
    assert judgement.score == 0
    assert judgement.mistakes[0] == "comparison-turned"


def _layer(k: int, drawn: str, masked: str = "") -> str:
    """The gap of a layer whose mask is made so."""
    used = masked or f"D{k}"
    text = f"D{k} = {drawn}\nA{k} = A{k} * {used} / keep_prob"
    return text.replace("SHAPE", f"*A{k}.shape").replace("SIZE", f"A{k}.size")


_UNTOUCHED = CLASSIC[FORWARD].gaps[1]
_MOVING = {
    "normal numbers": ("np.random.randn(SHAPE) < keep_prob", ""),
    "their absolute values": ("np.abs(np.random.randn(SHAPE)) < keep_prob", ""),
    "normal numbers themselves": ("np.random.randn(SHAPE)", ""),
    "coins": ("np.random.randint(0, 2, size=(SHAPE,))", ""),
    "coins compared": ("np.random.randint(0, 2, (SHAPE,)) < keep_prob", ""),
    "whole numbers": ("np.random.randint(0, 10, (SHAPE,)) < 5", ""),
    "a fixed number kept": (
        "np.random.permutation(SIZE).reshape(SHAPE) < round(keep_prob * SIZE)",
        "",
    ),
    "nothing drawn": ("A1 > keep_prob", ""),
    "masked with a fresh draw": (
        "np.random.rand(SHAPE) < keep_prob",
        "(np.random.rand(SHAPE) < keep_prob)",
    ),
    "one number a unit": ("np.random.rand(A1.shape[0], 1) < keep_prob", ""),
}


@pytest.mark.parametrize("way", _MOVING)
def test_a_first_mask_that_moves_the_stream_is_charged_once(way: str) -> None:
    """Layer 2 is as it should be, and is paid in full: nothing is said of it."""
    judgement = judge_cell(FORWARD, fill(FORWARD, (_layer(1, *_MOVING[way]), _UNTOUCHED)))
    assert [part.score for part in judgement.parts] == [0, 12.5]
    assert "D2" not in judgement.message
    assert "other-random-stream" not in judgement.mistakes


@pytest.mark.parametrize(
    "first",
    [
        "np.random.rand(*A1.shape)\n" + CLASSIC[FORWARD].gaps[0],
        _layer(1, "np.random.randint(0, 101, (SHAPE,)) / 100 < keep_prob"),
    ],
)
def test_a_first_mask_that_is_conceded_is_charged_once(first: str) -> None:
    """Drawn once to look at it, or drawn as percents: layer 2 goes on from there."""
    judgement = judge_cell(FORWARD, fill(FORWARD, (first, _UNTOUCHED)))
    assert [part.score for part in judgement.parts] == [8.75, 12.5]


_NORMAL, _TURNED = "np.random.randn(SHAPE) < keep_prob", "np.random.rand(SHAPE) > keep_prob"
_RIGHT = "np.random.rand(SHAPE) < keep_prob"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Wrong in itself, wherever the stream is.
        (_layer(1, _NORMAL), _layer(2, _TURNED)),
        (_layer(1, _NORMAL), _layer(2, _NORMAL)),
        (_layer(1, _NORMAL), _layer(2, "np.random.rand(SHAPE) < 0.7")),
        # Elsewhere in the stream than layer 1 has left it: a second seed, a second draw.
        (_layer(1, _NORMAL), "np.random.seed(1)\n" + _layer(2, _RIGHT)),
        (_layer(1, _NORMAL), "np.random.rand(*A2.shape)\n" + _layer(2, _RIGHT)),
        (_layer(1, _TURNED), "np.random.randn(*A1.shape)\n" + _layer(2, _RIGHT)),
        (_layer(1, _TURNED), "np.random.seed(1)\n" + _layer(2, _RIGHT)),
        # Layer 1 draws nothing, or is right: nothing of it explains a move.
        (_layer(1, "np.ones(A1.shape)"), "np.random.randn(*A1.shape)\n" + _layer(2, _RIGHT)),
        (_layer(1, "np.ones(A1.shape)"), "np.random.rand(*A2.shape)\n" + _layer(2, _RIGHT)),
        (_layer(1, _RIGHT), "np.random.rand(*A1.shape)\n" + _layer(2, _RIGHT)),
        (_layer(1, _RIGHT), "np.random.seed(1)\n" + _layer(2, _RIGHT)),
        # The mask is right where the stream is now, and what it was to mask is not.
        (_layer(1, _NORMAL), _layer(2, _RIGHT).replace(" / keep_prob", "")),
    ],
)
def test_a_second_mask_that_is_wrong_stays_wrong(first: str, second: str) -> None:
    """Only what layer 1 shows to have moved the stream is forgiven, and only the move."""
    judgement = judge_cell(FORWARD, fill(FORWARD, (first, second)))
    assert judgement.parts[1].score < 12.5


_COLUMN, _TILED = "np.random.rand(A_.shape[0], 1) < keep_prob", "np.zeros(A_.shape) + ({}) > 0"


def _two_layers(rule: str, layers: tuple[int, ...] = (1, 2)) -> tuple[str, ...]:
    """The gaps of both layers, where these layers' masks are made by a rule."""
    rules = [rule if k in layers else _RIGHT for k in (1, 2)]
    return tuple(_layer(k, one.replace("A_", f"A{k}")) for k, one in enumerate(rules, start=1))


_ROW = "np.random.rand(1, A_.shape[1]) < keep_prob"
_MASKS_IN_A_TRAINING = [
    (_two_layers(_COLUMN, (1,)), 10.0),
    (_two_layers(_TILED.format(_COLUMN), (1,)), 10.0),
    (_two_layers(_ROW, (1,)), 10.0),
    (_two_layers(_TILED.format(_ROW), (1,)), 10.0),
    (_two_layers(_TURNED, (2,)), 10.0),
    # In the example these drop nothing at all.
    (_two_layers(_COLUMN), 9.38),
    (_two_layers(_TILED.format(_COLUMN)), 9.38),
    # No dropout in any layer, and nothing but: not paid.
    (_two_layers("np.ones(A_.shape)"), 7.5),
    (_two_layers("np.zeros(A_.shape)"), 5.0),
]


@pytest.mark.parametrize(("gaps", "points"), _MASKS_IN_A_TRAINING)
def test_what_a_mask_earns_in_a_training_hangs_on_no_secret(
    gaps: tuple[str, ...], points: float
) -> None:
    """Nor on the shape in which the same mask was cached."""
    namespace = namespace_of({**CLASSIC, FORWARD: Answer(gaps)})
    for number in range(6):
        judgement = judge_item("training", namespace, f"student-{number}", bytes([number] * 32))
        assert judgement.score == points


def test_a_small_mask_of_ones_is_not_called_a_placeholder() -> None:
    """One column of a few units may be ones by chance; the other layer tells what was done."""
    namespace = namespace_of({**CLASSIC, FORWARD: Answer(_two_layers(_TILED.format(_COLUMN)))})
    assert judge_item("training", namespace).mistakes == ("mask-one-column",)
    ones = namespace_of({**CLASSIC, FORWARD: Answer(_two_layers("np.ones(A_.shape)"))})
    assert judge_item("training", ones).mistakes == ("mask-all-ones",)


def test_the_trainings_keep_prob_lies_between_the_same_numbers_for_everybody() -> None:
    """What a column, a row or a single number behind the seed decides is then no luck."""
    low, high = _KEEP_PROBS_OF_TRAININGS
    assert not any(low <= number <= high for number in seeded_numbers(0, 1, 14).ravel())


def test_a_wild_gradient_leaves_a_right_cost_its_quarter() -> None:
    """Within the few steps nothing runs beyond all numbers."""
    gaps = tuple(
        f"dW{k} = np.dot(dZ{k}, {below}.T) / m - lambd * W{k}"
        for k, below in ((3, "A2"), (2, "A1"), (1, "X"))
    )
    assert _training(**{BACK_L2: Answer(gaps)}) == [2.5, 0, 2.5, 2.5]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("np.sum(dZ3) / m", "bias-summed-over-all"),
        ("float(np.sum(dZ3)) / m", "bias-summed-over-all"),
        ("np.sum(dZ3, axis=1) / m", "bias-shape"),
    ],
)
def test_a_bias_of_one_number_has_a_shape_too(line: str, mistake: str) -> None:
    """Where the layer has one unit, the gradient of its bias is as wrong without its axes as elsewhere."""
    name = "backward_propagation_with_regularization"
    cell = solution_cells()[name].replace("np.sum(dZ3, axis=1, keepdims=True) / m", line)
    assert cell != solution_cells()[name]
    judgement = judge_cell(name, cell)
    assert judgement.score < judgement.max_score
    assert judgement.mistakes == (mistake,)
