"""Files of an assignment that are made and then shipped: written whole, and proven up to date. Private."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from .examples import encode
from .protocol import Case, Oracle

_FIELDS = ("name", "function", "arguments", "argument_names", "parts")


def cases_json(cases: Sequence[Case], oracle: Oracle) -> str:
    """The text of `fixtures.json`: every public case with its expected entries."""
    records = []
    for case in cases:
        record = {name: getattr(case, name) for name in _FIELDS}
        record["expected"] = dict(oracle.expect(case, {}))
        records.append({name: encode(value) for name, value in record.items()})
    return json.dumps(records, indent=1) + "\n"


def stale(made: Mapping[Path, str], remedy: str) -> list[str]:
    """A sentence for each file that is not what is made today.

    Numbers may differ by rounding: another BLAS sums in another order.

    Args:
        made: file → its JSON as it is made today.
        remedy: what to do about one that is another.
    """
    problems = []
    for file, text in made.items():
        try:
            shipped = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            problems.append(f"Cannot read the public fixtures {file}: {error}. {remedy}")
            continue
        if not _close(shipped, json.loads(text)):
            problems.append(f"The public fixtures {file} are not up to date. {remedy}")
    return problems


def write(made: Mapping[Path, str]) -> None:
    """Write each file whole or not at all."""
    for file, text in made.items():
        draft = file.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)


def _close(left: object, right: object) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_close(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_close, left, right))
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-15)
    return left == right
