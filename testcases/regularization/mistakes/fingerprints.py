"""The fingerprints that the release knows mistakes by. Private: made with the formulas.

`python -m testcases.regularization.fixtures` writes them, beside the public fixtures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from ...core.diagnosis import Candidates, Names, close
from ..hints import fingerprint
from ..items import ITEMS
from ..naming import TOGETHER
from ..public import public_cases
from .find import CATALOGUE


def hints_json(expected: dict[str, dict[str, np.ndarray]]) -> str:
    """The text of `hints.json`.

    Args:
        expected: the right entries of each item's public case, by the item's name.
    """
    everything = {}
    for item in ITEMS:
        if item.name not in CATALOGUE:
            continue
        aspects, texts = CATALOGUE[item.name]
        case, right = public_cases(item)[0], expected[item.name]
        known: dict[str, dict[str, Names]] = {}
        with np.errstate(all="ignore"):
            for aspect in aspects:
                found = aspect.candidates(case, right)
                if found is not None:
                    known[aspect.entry] = _simplest(found, right[aspect.entry])
        used = {name for prints in known.values() for names in prints.values() for name in names}
        used |= texts.keys() & set(TOGETHER.values())
        place = {name: number for number, name in enumerate(sorted(used))}
        everything[item.name] = {
            "hints": {name: texts[name].hint for name in sorted(used)},
            "fingerprints": {
                entry: {key: [place[name] for name in names] for key, names in prints.items()}
                for entry, prints in known.items()
            },
        }
    return json.dumps(everything, ensure_ascii=False, separators=(",", ":")) + "\n"


def _simplest(found: Candidates, right: np.ndarray) -> dict[str, Names]:
    """By fingerprint the fewest mistakes that lead to it; the right answer has none."""
    known: dict[str, Names] = {fingerprint(right): ()}
    for names, value in _all(found):
        if np.isnan(value).all() or (value.shape == right.shape and close(right[None], value)[0]):
            continue
        key = fingerprint(value)
        if key not in known or _weight(names) < _weight(known[key]):
            known[key] = names
    return known


def _weight(names: Names) -> float:
    """The fewer mistakes, the likelier; but on the example 1 / (2m) is λ, and few leave λ out."""
    return len(names) + (1.5 if names == ("lambda-ignored",) else 0)


def _all(found: Candidates) -> Iterator[tuple[Names, np.ndarray]]:
    yield from zip(found.names, found.values, strict=True)
    yield from found.odd
