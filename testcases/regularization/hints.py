"""Mistakes by name on the public examples, without a formula: by fingerprints of wrong answers. Public.

`hints.json` holds the hint for each mistake, by name, and, for entries of the answers to the examples,
fingerprints of what the mistakes make of them; a mistake stands there as its place among the names.
From a fingerprint nobody can go back to a formula; the grading machine has the formulas, and
recognises more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ..core.compare import ATOL, as_array
from ..core.fingerprints import fingerprint
from ..core.protocol import Answer, Finding, Item, Plain
from .naming import told

HINTS_FILE = Path(__file__).with_name("hints.json")

_OTHER_MASK = (
    "mask-of-another-stream",
    "Your D is a mask of zeros and ones, but not the one that everybody gets. Go through what the "
    "docstring says on random numbers: the seed, the function, the order of the layers, the comparison.",
)

#: What is told of several entries together, and of no single one.
BY_ENTRIES = (
    *("cache-order", "keys-exchanged", "mask-not-cached", "mask-marks-dropped"),
    *("cached-before-dropout", "scale-on-dz", "dropout-on-dz"),
)
#: Steps that may have been taken under another name.
_NOT_FINISHED = frozenset(
    {"dropout-not-applied", "dropout-missing", "mask-not-applied", "scale-missing"}
)
#: Behind it, the mask of layer 2 is none that could be known.
_FROM_ACTIVATIONS = frozenset({"mask-from-activations"})


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
    entries = _Entries(answers[0][1], known)
    hints: Mapping[str, str] = known["hints"]
    exchanged = entries.exchanged()
    if exchanged:
        return [Finding(exchanged, hints[exchanged])]
    explained: list[tuple[str, Sequence[str]]] = []
    entry = ""
    for entry in known["fingerprints"]:
        if entries.is_right(entry):
            continue
        if entry[0] == "D" and _is_mask(entries.of(entry)):
            name = entries.mistake_of_mask(entry)
            if name is None:
                return [Finding(*_OTHER_MASK, (f"layer {entry[-1]}",))]
            explained.append((entry, [name]))
            break
        explained.append((entry, entries.explained(entry)))
        if entry[:2] not in ("dW", "db"):
            explained += entries.seen_behind(*explained[-1])
            break  # all that follows from it is another answer than the fingerprints are of
    return told(explained, hints) or (None if explained else [])


class _Entries:
    """The entries of an answer to the example, beside what is known of them."""

    def __init__(self, entries: Mapping[str, Plain], known: Mapping[str, Any]) -> None:
        self._entries, self._known = entries, known
        self._names = list(known["hints"])
        self._prints: dict[str, str] = {}

    def of(self, entry: str) -> Plain:
        """What came back."""
        return self._entries.get(entry)

    def _print(self, entry: str) -> str:
        if entry not in self._prints:
            array = as_array(self.of(entry))
            self._prints[entry] = fingerprint(array) if array is not None else ""
        return self._prints[entry]

    def is_right(self, entry: str) -> bool:
        """Whether an entry is as it should be."""
        return self._print(entry) == self._known["right"][entry]

    def explained(self, entry: str) -> list[str]:
        """The mistakes that explain an entry, if any do."""
        places = self._known["fingerprints"][entry].get(self._print(entry), [])
        return [self._names[place] for place in places]

    def exchanged(self) -> str | None:
        """Whether entries stand in each other's places, and what that is called."""
        right: Mapping[str, str] = self._known["right"]
        wrong = [name for name in right if not self.is_right(name) and self._print(name)]
        if "cache-order" in self._known["hints"] and "Z1" in right:
            places = {right[name] for name in wrong if name[:2] != "A3"}
            misplaced = [name for name in wrong if self._print(name) in places]
            return "cache-order" if len(misplaced) > 1 else None
        for first, second in combinations(wrong, 2):
            if self._print(first) == right[second] and self._print(second) == right[first]:
                return "keys-exchanged"
        return None

    def seen_behind(self, entry: str, names: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
        """What follows is right, although this is not: then it was made of something else."""
        if not names:
            return []
        if entry[0] == "A" and _NOT_FINISHED.issuperset(names):
            following = int(entry[-1]) + 1
            if self.is_right(f"Z{following}") and self.is_right(f"W{following}"):
                return [(f"Z{following}", ["cached-before-dropout"])]
        finished_later = entry[:2] == "dA" and _NOT_FINISHED.issuperset(names)
        if finished_later and "scale-on-dz" in self._names and self.is_right(f"dZ{entry[-1]}"):
            return [(f"dZ{entry[-1]}", ["scale-on-dz"])]
        return []

    def mistake_of_mask(self, entry: str) -> str | None:
        """What is told of a mask that is not the protocol's; None if that is all that is known of it.

        Of ten units, chance often makes a mask that some mistake would make as well. So the mask of
        layer 2 has to agree; and if the activations are right, another mask was applied to them.
        """
        ways = self._ways(entry)
        if self.is_right(f"A{entry[-1]}") and self._is_passed_by(entry):
            return "mask-marks-dropped" if "comparison-turned" in ways else "mask-not-cached"
        if entry == "D1" and not self.is_right("D2") and _is_mask(self.of("D2")):
            known = self._print("D2") in self._known["fingerprints"]["D2"]
            both = [way for way in ways if way in self.explained("D2")]
            if np.shape(self.of("D1")) == np.shape(self.of("A1")):
                ways = both or [way for way in ways if known or way in _FROM_ACTIVATIONS]
        return ways[0] if ways else None

    def _ways(self, entry: str) -> list[str]:
        """Every mistake that leads to this mask, the likeliest first."""
        others = self._known["other ways"][entry].get(self._print(entry), [])
        return [*self.explained(entry), *(self._names[place] for place in others)]

    def _is_passed_by(self, entry: str) -> bool:
        """Whether something comes through where a mask is zero."""
        D, A = as_array(self.of(entry)), as_array(self.of(f"A{entry[-1]}"))
        if D is None or A is None or D.shape != A.shape:
            return False
        return bool(((D == 0) & (np.abs(A) > ATOL)).any())


def _is_mask(value: Plain) -> bool:
    array = as_array(value)
    return array is not None and array.ndim == 2 and bool(np.isin(array, (0, 1)).all())
