"""Mistakes by name on the public examples, without a formula: by fingerprints of wrong answers. Public.

`hints.json` holds the hint for each mistake, by name, and, for entries of the answers to the examples,
fingerprints of what the mistakes make of them; a mistake stands there as its place among the names.
From a fingerprint nobody can go back to a formula; the grading machine has the formulas, and
recognises more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..core.compare import as_array
from ..core.protocol import Answer, Finding, Item, Plain
from .naming import told

HINTS_FILE = Path(__file__).with_name("hints.json")
#: Below this, a number counts as zero: the judge's absolute tolerance.
_ZERO = 1e-7

_OTHER_MASK = (
    "mask-of-another-stream",
    "Your D is a mask of zeros and ones, but not the one that everybody gets. Go through what the "
    "docstring says on random numbers: the seed, the function, the order of the layers, the comparison.",
)


def fingerprint(array: np.ndarray) -> str:
    """Ten hexadecimal digits for an array, the same for answers that differ by rounding only.

    It is made of the shape and of every number to six digits.
    """
    numbers = np.asarray(array, dtype=float)
    numbers = np.where(np.abs(numbers) < _ZERO, 0.0, numbers)
    text = f"{numbers.shape}" + ",".join(f"{number:.5e}" for number in numbers.ravel())
    return hashlib.sha256(text.encode()).hexdigest()[:10]


@cache
def _known() -> Mapping[str, Any]:
    known: Mapping[str, Any] = json.loads(HINTS_FILE.read_text(encoding="utf-8"))
    return known


def hints_for(item: Item, answers: Sequence[Answer]) -> list[Finding] | None:
    """What is known of wrong answers to an item's example; None if there are some and nothing is.

    Args:
        item: what was asked.
        answers: to its public case.
    """
    known = _known().get(item.name)
    if known is None or not answers:
        return []
    _, entries = answers[0]
    hints: Mapping[str, str] = known["hints"]
    explained = []
    for entry, prints in known["fingerprints"].items():
        names = _names(entries.get(entry), prints, list(hints))
        explained.append((entry, names))
        if names != [] and entry[:2] not in ("dW", "db"):
            break  # all that follows from it is another answer than the fingerprints are of
    found = told(((entry, names) for entry, names in explained if names), hints)
    if found:
        return found
    entry = explained[-1][0]
    if entry[0] == "D" and _is_mask(entries.get(entry)):
        return [Finding(*_OTHER_MASK, (f"layer {entry[-1]}",))]
    return None


def _names(
    value: Plain, prints: Mapping[str, Sequence[int]], names: Sequence[str]
) -> Sequence[str] | None:
    """What explains an entry; empty if it is right, None if nothing does."""
    array = as_array(value)
    places = prints.get(fingerprint(array)) if array is not None else None
    return None if places is None else [names[place] for place in places]


def _is_mask(value: Plain) -> bool:
    array = as_array(value)
    return array is not None and array.ndim == 2 and bool(np.isin(array, (0, 1)).all())
