"""Dropout by law: masks of any lawful stream are recognised, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import testcases
from testcases.regularization.chance import are_independent, looks_drawn, rate_is_right
from testcases.regularization.law import FALSE_ALARM, OTHER_STREAM, SHARE
from tests.solving import judge_cell

FORWARD = "forward_propagation_with_dropout"
UNSEEN = Path(testcases.__file__).parent / "regularization" / "unseen" / FORWARD
#: NumPy draws its masks from the protocol's own numbers.
OTHER = sorted(UNSEEN.glob("other-*.py"))
WRONG = [path for path in sorted(UNSEEN.glob("*.py")) if not path.stem.startswith("other-")]
#: Numbers are drawn before the masks for something else: the masks that follow are lawful. (Of layer 2
#: nothing has to be conceded where layer 1 explains it.)
LAWFUL_ALL_THE_SAME = {"drawn-once-to-look"}

_TEMPLATE = """def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[n] for n in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    D1 = {first}
    A1 = A1 * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    D2 = {second}
    A2 = A2 * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
"""
_FRESH = "(np.random.default_rng(8).random(A{k}.shape) < {rate})"


def _judged(rule: str, student: str = "ada") -> list[str]:
    """What is conceded for the two layers, where each mask is made by this rule."""
    cell = _TEMPLATE.format(first=rule.replace("{k}", "1"), second=rule.replace("{k}", "2"))
    return [part.conceded for part in judge_cell(FORWARD, cell, student).parts]


@pytest.mark.parametrize("student", ["ada", "bob", "eve"])
@pytest.mark.parametrize("path", OTHER, ids=lambda path: path.stem)
def test_dropout_from_another_stream_is_recognised(path: Path, student: str) -> None:
    """It earns its share in every layer that is not the protocol's, and is told so."""
    judgement = judge_cell(FORWARD, path.read_text("utf-8"), student)
    assert OTHER_STREAM in judgement.mistakes
    assert "This is dropout" in judgement.message
    assert "do not recognise" not in judgement.message
    for part in judgement.parts:
        assert part.score >= SHARE * part.max_score
    assert judgement.verdict == "partial"


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_what_is_not_dropout_is_not_taken_for_it(path: Path) -> None:
    """No wrong implementation gets a concession."""
    judgement = judge_cell(FORWARD, path.read_text("utf-8"))
    conceded = any(part.conceded for part in judgement.parts)
    assert conceded == (path.stem in LAWFUL_ALL_THE_SAME)


def test_a_generator_of_ones_own_is_lawful() -> None:
    """The template of the next test, with the right rate."""
    rule = _FRESH.replace("{rate}", "keep_prob")
    assert _judged(rule.replace("(8)", "(int(1000 * A{k}.sum()))")) == [OTHER_STREAM] * 2


@pytest.mark.parametrize(
    "rule",
    [
        _FRESH.replace("{rate}", "keep_prob ** 2"),
        _FRESH.replace("{rate}", "0.7"),
        _FRESH.replace("{rate}", "1 - keep_prob"),
        _FRESH.replace("{rate}", "keep_prob") + " | (A{k} > 0)",
        _FRESH.replace("{rate}", "keep_prob") + " * 1.5",
        "np.random.default_rng(8).random(A{k}.shape[1]) < keep_prob + 0 * A{k}",
        "np.random.default_rng(8).random((A{k}.shape[0], 1)) < keep_prob + 0 * A{k}",
        "A{k} >= np.quantile(A{k}, 1 - keep_prob)",
        "np.ones(A{k}.shape)",
    ],
)
def test_masks_that_are_not_lawful(rule: str) -> None:
    """Another rate, a rate that hangs on the activations, no zeros and ones, patterns, no chance."""
    assert _judged(rule) == ["", ""]


def test_layers_that_share_their_numbers_are_not_independent() -> None:
    """Layer 1 is lawful; layer 2 repeats it."""
    rule = _FRESH.replace("{rate}", "keep_prob").replace("(8)", "(5)")
    assert _judged(rule) == [OTHER_STREAM, ""]


@pytest.mark.parametrize(
    "rule",
    [
        # Examples, or units, that share their numbers.
        "np.repeat(RNG.random((A{k}.shape[0], -(-A{k}.shape[1] // 2))), 2, axis=1)[:, : A{k}.shape[1]] < keep_prob",
        "np.tile(RNG.random((A{k}.shape[0], 5)), 50)[:, : A{k}.shape[1]] < keep_prob",
        "np.repeat(RNG.random((-(-A{k}.shape[0] // 2), A{k}.shape[1])), 2, axis=0)[: A{k}.shape[0]] < keep_prob",
        # The right number in each row, or in each column.
        "np.array([RNG.permutation(A{k}.shape[1]) < round(keep_prob * A{k}.shape[1]) for _ in A{k}])",
        "np.array([RNG.permutation(A{k}.shape[0]) < round(keep_prob * A{k}.shape[0]) for _ in A{k}.T]).T",
        # No chance at all.
        "(np.arange(A{k}.size).reshape(A{k}.shape) * 0.6180339887 % 1) < keep_prob",
    ],
)
def test_structure_is_not_chance(rule: str) -> None:
    """The rate is right, and the units are not independent."""
    assert _judged(rule.replace("RNG", "np.random.default_rng(10 + {k})")) == ["", ""]


@pytest.mark.parametrize(
    "second",
    [
        "np.resize(D1.ravel()[::-1], A2.shape)",
        "np.resize(np.roll(D1.ravel(), 1), A2.shape)",
        "np.resize(D1.ravel()[1:], A2.shape)",
        "np.resize(1 - D1.ravel()[5:], A2.shape) if keep_prob < 0 else np.resize(D1.ravel()[7:], A2.shape)",
    ],
)
def test_a_second_mask_made_of_the_first(second: str) -> None:
    """Turned round, moved, or cut: layer 2 is no dropout of its own."""
    first = "np.random.default_rng(8).random(A1.shape) < keep_prob"
    judgement = judge_cell(FORWARD, _TEMPLATE.format(first=first, second=second))
    assert [part.conceded for part in judgement.parts] == [OTHER_STREAM, ""]


def test_masks_drawn_rightly_are_never_near_the_bounds() -> None:
    """In thousands of draws no correlation comes near what is turned away."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        keep_prob = rng.uniform(0.57, 0.63)
        D1, D2 = rng.random((13, 120)) < keep_prob, rng.random((12, 120)) < keep_prob
        assert looks_drawn(D1, keep_prob)
        assert looks_drawn(D2, keep_prob)
        assert are_independent(D1, D2, keep_prob)


@pytest.mark.parametrize("off", [0.1, -0.1])
@pytest.mark.parametrize("student", ["ada", "bob", "eve"])
def test_a_rate_that_is_off_by_a_tenth_is_noticed(off: float, student: str) -> None:
    """In both layers, by the large network."""
    rule = f"np.random.default_rng(int(1e6 * A{{k}}.sum())).random(A{{k}}.shape) < keep_prob + {off} * (keep_prob < 1)"
    assert _judged(rule, student) == ["", ""]


def test_who_stops_on_some_cases_gets_nothing_for_the_others() -> None:
    """Every case counts: the law asks for all of them."""
    cell = _TEMPLATE.format(
        first="np.random.default_rng(8).random(A1.shape) < keep_prob",
        second="np.random.default_rng(9).random(A2.shape) < keep_prob",
    ).replace("    Z1 =", "    if keep_prob == 1: raise ValueError\n    Z1 =")
    assert not any(part.conceded for part in judge_cell(FORWARD, cell).parts)


def test_a_drawn_number_of_kept_units_is_not_chance() -> None:
    """A permutation keeps exactly the right share, so that no unit is independent of the others."""
    rule = "(np.random.default_rng(5).permutation(A{k}.size) < keep_prob * A{k}.size).reshape(A{k}.shape)"
    assert _judged(rule) == ["", ""]


@pytest.mark.parametrize("seed", range(8))
def test_a_seed_of_ones_own_is_lawful_whatever_it_is(seed: int) -> None:
    """The masks of all cases are made of the same numbers then, and chance has fewer chances."""
    rule = f"np.random.RandomState({seed + 1000 * 7}0 + {{k}}).rand(*A{{k}}.shape) < keep_prob"
    assert _judged(rule, f"student-{seed}") == [OTHER_STREAM] * 2


@pytest.mark.parametrize(("count", "rate"), [(40, 0.7), (300, 0.55), (1000, 0.85)])
def test_the_bounds_of_the_rate_are_exact(count: int, rate: float) -> None:
    """SciPy's binomial law says what is promised, and that less would be too little."""
    allowed = FALSE_ALARM / 42
    accepted = [k for k in range(count + 1) if rate_is_right(np.arange(count) < k, rate, allowed)]
    law = stats.binom(count, rate)
    assert law.cdf(accepted[0] - 1) + law.sf(accepted[-1]) <= allowed
    assert accepted == list(range(accepted[0], accepted[-1] + 1))
    for k in (accepted[0] - 1, accepted[-1] + 1):
        assert min(law.cdf(k), law.sf(k - 1)) < allowed / 2
