"""The examples that everybody may see, read from a file: cases and what is expected in them. Public.

The file holds numbers and no formula. `fixtures.py`, which stays with the instructor, writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .observe import fresh
from .protocol import Answer, Case, Concession, Finding, Item, Plain, Stop


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


class Examples:
    """The public cases of an assignment, with their expected entries."""

    def __init__(self, file: Path) -> None:
        """Reads the file at once: damage shows when it is imported, and a check answers without delay."""
        records = []
        for record in json.loads(file.read_text(encoding="utf-8")):
            fields = {name: decode(value) for name, value in record.items()}
            expected = fields.pop("expected")
            records.append((Case(family="fixture", description="the example", **fields), expected))
        #: Each case with what is expected in it.
        self.records: tuple[tuple[Case, Mapping[str, np.ndarray]], ...] = tuple(records)

    def cases(self, function: str) -> list[Case]:
        """The cases in which this function or driver is called."""
        return [case for case, _ in self.records if case.function == function]

    def expected(self, case: Case) -> Mapping[str, np.ndarray]:
        """What is expected in one of the cases."""
        return next(
            expected
            for known, expected in self.records
            if (known.function, known.name) == (case.function, case.name)
        )

    def arguments(self, function: str) -> tuple[Plain, ...]:
        """The arguments of its first case, as a fresh copy."""
        arguments: tuple[Plain, ...] = fresh(self.cases(function)[0].arguments)
        return arguments


class ExampleOracle:
    """Knows the expected entries of the examples, and no formula."""

    follows_through = False

    def __init__(
        self,
        examples: Examples,
        diagnose: Callable[[Item, Sequence[Answer], Sequence[Stop]], Sequence[Finding] | None],
    ) -> None:
        self._examples = examples
        self._diagnose = diagnose

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries; the student's own make no difference here."""
        return self._examples.expected(case)

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """What can be told without a formula."""
        return self._diagnose(item, answers, stops)

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """Nothing: an example alone is too little to concede anything on."""
        return {}
