"""The public side: the fixtures by their well-known names, and `check` on the public cases.

This is what `from testCases import *` gives a student. It reads `fixtures.json`; no formula of a
graded function is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..core.check import make_check, make_progress_report
from ..core.compare import as_array, difference
from ..core.examples import ExampleOracle, Examples
from ..core.protocol import Answer, Case, Finding, Item, Plain, Stop
from .hints import hints_for
from .items import DRIVERS, ITEMS
from .stops import stop_finding

#: Masks that others may be, in dropout that is right but for them: `law.LAWFUL`, and what has no name.
OTHERWISE_DRAWN = frozenset(
    {
        "seed-missing",
        "other-seed",
        "other-end-of-the-interval",
        "drawn-in-other-order",
        "numbers-drawn-before",
        "mask-of-another-stream",
    }
)
PAID_IN_PART = (
    "The example cannot tell whether such a mask is dropout all the same. If it is, it earns 70% of its "
    "points when it is graded, though none here; only the docstring's way of drawing earns all."
)

FIXTURES_FILE = Path(__file__).with_name("fixtures.json")
_EXAMPLES = Examples(FIXTURES_FILE)


def public_cases(item: Item) -> list[Case]:
    """The public cases of an item."""
    return _EXAMPLES.cases("train" if item.name == "training" else item.name)


def _diagnose(
    item: Item, answers: Sequence[Answer], stops: Sequence[Stop]
) -> Sequence[Finding] | None:
    """Mistakes that are known by their fingerprint, and why a function stopped."""
    found, stop = hints_for(item, answers), stop_finding(stops)
    if found and not stops:
        found = [_with_prospect(finding, *answers[0]) for finding in found]
    return found if stop is None else [*(found or ()), stop]


def _with_prospect(finding: Finding, case: Case, entries: Mapping[str, Plain]) -> Finding:
    """The finding; of masks drawn otherwise, with a word on what they may earn when graded."""
    if finding.name not in OTHERWISE_DRAWN:
        return finding
    right = _EXAMPLES.expected(case)
    if not all(_fits(entries, right, place[-1]) for place in finding.places):
        return finding
    return replace(finding, note=PAID_IN_PART)


def _fits(entries: Mapping[str, Plain], right: Mapping[str, np.ndarray], layer: str) -> bool:
    """Whether a layer is as it should be, but for which units its mask of zeros and ones has kept.

    A unit that is kept here and in the right answer must come out as it does there.
    """
    Z, D, A = (as_array(entries.get(f"{kind}{layer}")) for kind in "ZDA")
    if Z is None or D is None or A is None or not Z.shape == D.shape == A.shape:
        return False
    both = D.astype(bool) & right[f"D{layer}"].astype(bool)
    return bool(
        np.isin(D, (0, 1)).all()
        and np.array_equal(A != 0, D.astype(bool) & (Z > 0))
        and difference(right[f"A{layer}"] * both, A * both) is None
    )


class PublicOracle(ExampleOracle):
    """Knows the expected entries of the public cases, and no formula.

    It concedes nothing: a dropout of five examples is too short to be judged by its rate. It only says
    that grading may.
    """

    def __init__(self) -> None:
        super().__init__(_EXAMPLES, _diagnose)


def _fixture(function: str) -> tuple[Plain, ...]:
    """The arguments of a public case without its hyperparameter, as a fresh copy."""
    return _EXAMPLES.arguments(function)[:-1]


def compute_cost_with_regularization_test_case() -> tuple[Plain, ...]:
    """(a3, Y, parameters); the example is called with lambd = 0.1."""
    return _fixture("compute_cost_with_regularization")


def backward_propagation_with_regularization_test_case() -> tuple[Plain, ...]:
    """(X, Y, cache); the example is called with lambd = 0.7."""
    return _fixture("backward_propagation_with_regularization")


def forward_propagation_with_dropout_test_case() -> tuple[Plain, ...]:
    """(X, parameters); the example is called with keep_prob = 0.7."""
    return _fixture("forward_propagation_with_dropout")


def backward_propagation_with_dropout_test_case() -> tuple[Plain, ...]:
    """(X, Y, cache); the example is called with keep_prob = 0.8."""
    return _fixture("backward_propagation_with_dropout")


check = make_check(ITEMS, DRIVERS, PublicOracle(), public_cases)
progress_report = make_progress_report(ITEMS, DRIVERS, PublicOracle(), public_cases)
