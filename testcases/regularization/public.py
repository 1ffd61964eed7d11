"""The public side: the fixtures by their well-known names, and `check` on the public cases.

This is what `from testCases import *` gives a student. It reads `fixtures.json`; no formula of a
graded function is here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..core.check import make_check, make_progress_report
from ..core.observe import fresh
from ..core.protocol import Answer, Case, Concession, Finding, Item, Plain, Stop
from .hints import hints_for
from .items import DRIVERS, ITEMS
from .stops import stop_finding

FIXTURES_FILE = Path(__file__).with_name("fixtures.json")


def encode(value: Plain) -> Any:
    """Plain data as JSON: arrays and tuples become objects with one telling key."""
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, tuple):
        return {"tuple": [encode(element) for element in value]}
    if isinstance(value, dict):
        return {"dict": {key: encode(element) for key, element in value.items()}}
    return value


def decode(value: Any) -> Plain:
    """The inverse of `encode`; floats come back bit for bit."""
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return np.array(value["array"], dtype=value["dtype"]).reshape(value["shape"])
    if "tuple" in value:
        return tuple(decode(element) for element in value["tuple"])
    return {key: decode(element) for key, element in value["dict"].items()}


@cache
def _records() -> tuple[tuple[Case, Mapping[str, np.ndarray]], ...]:
    records = []
    for record in json.loads(FIXTURES_FILE.read_text(encoding="utf-8")):
        fields = {name: decode(value) for name, value in record.items()}
        expected = fields.pop("expected")
        records.append((Case(family="fixture", description="the example", **fields), expected))
    return tuple(records)


def public_cases(item: Item) -> list[Case]:
    """The public cases of an item."""
    function = "train" if item.name == "training" else item.name
    return [case for case, _ in _records() if case.function == function]


class PublicOracle:
    """Knows the expected entries of the public cases, and no formula."""

    follows_through = False

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries; the student's own make no difference here."""
        return next(
            expected
            for known, expected in _records()
            if (known.function, known.name) == (case.function, case.name)
        )

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """Mistakes that are known by their fingerprint, and why a function stopped."""
        found, stop = hints_for(item, answers), stop_finding(stops)
        return found if stop is None else [*(found or ()), stop]

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """Nothing: a dropout of five examples is too short to be judged by its rate."""
        return {}


def _fixture(function: str) -> tuple[Plain, ...]:
    """The arguments of a public case without its hyperparameter, as a fresh copy."""
    case = next(case for case, _ in _records() if case.function == function)
    arguments: tuple[Plain, ...] = fresh(case.arguments[:-1])
    return arguments


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

# Read now: damage shows when this is imported, and a check answers at once.
_records()
