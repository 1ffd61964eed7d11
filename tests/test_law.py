"""Dropout by law: masks of any lawful stream are recognised, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from testcases.regularization.law import FALSE_ALARM, OTHER_STREAM, SHARE, rate_is_right
from tests.solving import judge_cell

FORWARD = "forward_propagation_with_dropout"
UNSEEN = Path(__file__).parent / "unseen" / FORWARD
#: NumPy draws its masks from the protocol's own numbers.
OTHER = [path for path in sorted(UNSEEN.glob("other-*.py")) if path.stem != "other-binomial"]
WRONG = [path for path in sorted(UNSEEN.glob("*.py")) if not path.stem.startswith("other-")]
#: Numbers are drawn before the masks for something else: the masks that follow are lawful.
LAWFUL_ALL_THE_SAME = {"drawn-once-to-look", "inputs-dropped-too", "exact-count"}

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
