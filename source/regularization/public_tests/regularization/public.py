"""The public side: the fixtures by their well-known names, and `check` on the public cases.

This is what `from testCases import *` gives a student. It reads `fixtures.json`; no formula of a
graded function is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..core.check import make_check, make_progress_report
from ..core.examples import ExampleOracle, Examples
from ..core.protocol import Answer, Case, Finding, Item, Plain, Stop
from .hints import hints_for
from .items import DRIVERS, ITEMS
from .stops import stop_finding

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
    return found if stop is None else [*(found or ()), stop]


class PublicOracle(ExampleOracle):
    """Knows the expected entries of the public cases, and no formula.

    It concedes nothing: a dropout of five examples is too short to be judged by its rate.
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
