"""The public side: the examples, and `check` on them. No formula of a graded function is here.

This is what `from testCases import *` gives a student.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..core.check import make_check, make_progress_report
from ..core.compare import as_array
from ..core.examples import ExampleOracle, Examples
from ..core.fingerprints import fingerprint
from ..core.protocol import Answer, Case, Finding, Item, Stop
from . import FIXTURES_FILE, HINTS_FILE
from .items import CALLED, DRIVERS, ITEMS, Cost, make_cost
from .naming import told

_EXAMPLES = Examples(FIXTURES_FILE)


@cache
def _hints() -> dict[str, Any]:
    hints: dict[str, Any] = json.loads(HINTS_FILE.read_text(encoding="utf-8"))
    return hints


def _diagnose(
    item: Item, answers: Sequence[Answer], stops: Sequence[Stop]
) -> Sequence[Finding] | None:
    """Mistakes that are known by the fingerprint of what they make of the example."""
    if not answers:
        return ()
    known, (_, entries) = _hints()[item.name], answers[0]
    explained = []
    for entry, prints in known["fingerprints"].items():
        value = as_array(entries.get(entry))
        explained.append((entry, None if value is None else prints.get(fingerprint(value))))
    return told(explained, known["hints"])


def public_cases(item: Item) -> list[Case]:
    """The public cases of an item."""
    return _EXAMPLES.cases(CALLED.get(item.name, item.name))


def numerical_gradient_test_case() -> tuple[Cost, np.ndarray, float]:
    """(cost, theta, epsilon): J = theta[0] * theta[1]**2 * theta[2]**3 at (2, -1, 1)."""
    kind, data, theta, epsilon = _EXAMPLES.arguments("gradient_of")
    return make_cost(kind, data), theta, epsilon


def relative_difference_test_case() -> tuple[np.ndarray, ...]:
    """(gradient, approximation), two vectors."""
    return _EXAMPLES.arguments("relative_difference")


def backward_propagation_test_case() -> tuple[Any, ...]:
    """(X, Y, cache): eight kicks in a network with three hidden units."""
    return _EXAMPLES.arguments("backward_propagation")


def public_oracle() -> ExampleOracle:
    """Knows what is expected in the examples."""
    return ExampleOracle(_EXAMPLES, _diagnose)


check = make_check(ITEMS, DRIVERS, public_oracle(), public_cases)
progress_report = make_progress_report(ITEMS, DRIVERS, public_oracle(), public_cases)
