"""The public examples. Private, like the answers to them; students get the numbers.

`python -m testcases.gradient_checking.fixtures` writes them, and the fingerprints of wrong answers.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ..core.diagnosis import fingerprints
from ..core.fixtures import cases_json, stale, write
from ..core.protocol import Case, Plain
from . import FIXTURES_FILE, HINTS_FILE
from .items import CALLED
from .mistakes import CATALOGUE
from .network import eight_kicks, forward_propagation, initialize_parameters
from .oracle import Reference


def fixture_cases() -> list[Case]:
    """The example of each function."""

    def case(function: str, names: str, *arguments: Plain) -> Case:
        return Case("fixture", "fixture", function, arguments, tuple(names.split()), "the example")

    # J = θ₀ θ₁² θ₂³ at (2, −1, 1): the gradient is (1, −4, 6) by hand, and central differences with
    # ε = 0.01 give 6 + 2ε² = 6.0002 for the last one.
    theta = np.array([2.0, -1.0, 1.0])
    exponents = (np.array([1.0, 2.0, 3.0]),)
    X, Y = eight_kicks()
    _, cache = forward_propagation(X, initialize_parameters(2, 3))
    return [
        case("gradient_of", "cost data theta epsilon", "powers", exponents, theta, 0.01),
        # The lengths are 3, 7 and √18: the difference is √18 / 10.
        case(
            "relative_difference",
            "gradient approximation",
            np.array([2.0, -1.0, 2.0]),
            np.array([6.0, -2.0, 3.0]),
        ),
        case("backward_propagation", "X Y cache", X, Y, cache),
    ]


def hints_json() -> str:
    """The text of `hints.json`: by function the hints, and by entry the fingerprints of wrong answers."""
    everything = {}
    cases = {case.function: case for case in fixture_cases()}
    for function, (aspects, texts) in CATALOGUE.items():
        case = cases[CALLED.get(function, function)]
        right = Reference().expect(case, {})
        known: dict[str, dict[str, list[str]]] = {}
        with np.errstate(all="ignore"):
            for aspect in aspects:
                found = aspect.candidates(case, right)
                if found is not None:
                    prints = fingerprints(found, right[aspect.entry])
                    known[aspect.entry] = {key: list(ways[0]) for key, ways in prints.items()}
        hints = {name: text.hint for name, text in texts.items()}
        everything[function] = {"hints": hints, "fingerprints": known}
    return json.dumps(everything, ensure_ascii=False, indent=1) + "\n"


def _made() -> dict[Path, str]:
    return {FIXTURES_FILE: cases_json(fixture_cases(), Reference()), HINTS_FILE: hints_json()}


def stale_fixtures() -> list[str]:
    """A sentence for each file that is not what is made today."""
    return stale(
        _made(), "Run `python -m testcases.gradient_checking.fixtures`, then `grader release`."
    )


if __name__ == "__main__":
    write(_made())
    print(f"wrote {FIXTURES_FILE.name} and {HINTS_FILE.name}: {len(fixture_cases())} cases")
