"""The fingerprints that the release knows mistakes by. Private: made with the formulas.

`python -m testcases.regularization.fixtures` writes them, beside the public fixtures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from ...core.diagnosis import Names, fingerprints
from ...core.fingerprints import fingerprint
from ...core.protocol import Case
from ..hints import BY_ENTRIES
from ..items import ITEMS
from ..naming import TOGETHER
from ..public import public_cases
from .dropout_masks import of_fixed_counts
from .find import CATALOGUE, THROUGH_DROPOUT

#: By fingerprint, everything that leads to it: the fewest mistakes first.
Known = dict[str, list[Names]]


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
        known: dict[str, Known] = {}
        with np.errstate(all="ignore"):
            for aspect in aspects:
                found = aspect.candidates(case, right)
                if found is not None:
                    known[aspect.entry] = fingerprints(found, right[aspect.entry], _weight)
        if item.name == THROUGH_DROPOUT:
            _add_fixed_counts(case, known)
        told = {name for prints in known.values() for ways in prints.values() for name in ways[0]}
        # What several entries tell together, and what of all ways to a mask may be told of two.
        told |= texts.keys() & (set(TOGETHER.values()) | set(BY_ENTRIES))
        told |= {
            way[0]
            for entry, prints in known.items()
            for ways in prints.values()
            for way in ways
            if entry[0] == "D" and way
        }
        place = {name: number for number, name in enumerate(sorted(told))}
        everything[item.name] = {
            "hints": {name: texts[name].hint for name in sorted(told)},
            "right": {name: fingerprint(value) for name, value in right.items()},
            "fingerprints": {
                entry: {key: [place[name] for name in ways[0]] for key, ways in prints.items()}
                for entry, prints in known.items()
            },
            "other ways": {
                entry: {
                    key: [place[name] for way in ways[1:] for name in way]
                    for key, ways in prints.items()
                    if len(ways) > 1
                }
                for entry, prints in known.items()
                if entry[0] == "D"
            },
        }
    return json.dumps(everything, ensure_ascii=False, separators=(",", ":")) + "\n"


def _add_fixed_counts(case: Case, known: Mapping[str, Known]) -> None:
    """Behind all other ways to a mask: of so few units, each may be kept by many a rule."""
    for entry, names, mask in of_fixed_counts(case):
        ways = known[entry].setdefault(fingerprint(mask), [])
        if names not in ways and ways != [()]:
            ways.append(names)


def _weight(names: Names) -> float:
    """The fewer mistakes, the likelier; but on the example 1 / (2m) is λ, and few leave λ out."""
    return len(names) + (1.5 if "lambda-ignored" in names else 0)
