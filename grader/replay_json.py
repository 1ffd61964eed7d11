"""A replay as plain data: for `--json`, and for the files of a bundle."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np

from testcases.core.compare import ATOL, RTOL
from testcases.core.shown import is_public

from . import __version__
from .replay import Replay, ReplayedItem
from .replay_cases import SeenCase, allowed
from .replay_data import tree, written_out

#: What stands for an array.
Writer = Callable[[np.ndarray], dict[str, Any]]
TOLERANCE = {"absolute": ATOL, "relative": RTOL}


def versions() -> dict[str, str]:
    """What computed this."""
    return {
        "grader": __version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "nbgrader": version("nbgrader"),
    }


def digests(replay: Replay) -> dict[str, str]:
    """Digests of what the replay rests on. Of the secret too: it gives nothing away of it."""
    found = dict(part.partition(":")[::2] for part in replay.basis.split())
    return {
        "submission": replay.submission.digest,
        **{name: digest for name, digest in found.items() if name not in ("version", "jail")},
        "cases": cases_digest(replay.items),
    }


def cases_digest(items: Sequence[ReplayedItem]) -> str:
    """SHA-256 over all inputs: names of items and cases, and their arguments to the last bit."""
    digest = hashlib.sha256()

    def add(array: np.ndarray) -> dict[str, Any]:
        digest.update(f"{array.dtype.str} {array.shape}\0".encode())
        digest.update(array.tobytes())
        return {}

    for one in items:
        for seen in one.cases:
            digest.update(f"{one.item.grade_id}\0{seen.case.name}\0".encode())
            digest.update(repr(tree(seen.case.arguments, add)).encode())
    return digest.hexdigest()


def head(replay: Replay) -> dict[str, Any]:
    """Whose it is, what it rests on, and how it compares with what is recorded."""
    comparison = replay.comparison
    recorded = replay.recorded
    return {
        "student": replay.submission.student,
        "assignment": replay.submission.assignment,
        "handed_in": replay.handed_in or None,
        "jailed": replay.jailed,
        "versions": versions(),
        "digests": digests(replay),
        "recorded": {
            "score": comparison.recorded,
            "submission": recorded.record.digest if recorded is not None else None,
            "rests_on": recorded.record.basis if recorded is not None else None,
        },
        "replayed": {"score": comparison.replayed},
        "same_submission": comparison.same_submission,
        "same_score": comparison.same_score,
        "reasons": list(comparison.reasons),
        "notes": [*comparison.notes, *replay.graded.record.notes],
        "problem": replay.graded.record.problem,
    }


def item_data(replay: Replay, one: ReplayedItem) -> dict[str, Any]:
    """How an item came out, without its cases."""
    recorded = replay.recorded
    grades = recorded.grades.by_id if recorded is not None and recorded.grades else {}
    grade = grades.get(one.item.grade_id)
    reading = recorded.readings.get(one.item.grade_id) if recorded is not None else None
    return {
        "grade_id": one.item.grade_id,
        "score": one.points,
        "max_score": float(one.item.points),
        "verdict": one.reading.verdict,
        "mistakes": list(one.mistakes),
        "parts": [asdict(part) for part in one.parts],
        "message": one.reading.message,
        "recorded": {
            "score": grade.auto if grade is not None else None,
            "by_hand": grade.manual if grade is not None else None,
            "message": reading.message if reading is not None else None,
        },
    }


def case_data(one: ReplayedItem, seen: SeenCase, write: Writer) -> dict[str, Any]:
    """A case: what was given, expected and returned, and where these differ."""
    case, observation = seen.case, seen.observation
    fault = observation.fault if observation is not None else None
    expected = {name: write(array) for name, array in seen.expected.items()}
    return {
        "item": one.item.grade_id,
        "name": case.name,
        "family": case.family,
        "public": is_public(case),
        "description": case.description,
        "function": case.function,
        "argument_names": list(case.argument_names),
        "parts": list(case.parts),
        "outcome": observation.outcome if observation is not None else "not kept",
        "fault": asdict(fault) if fault is not None else None,
        "right": seen.right,
        "differences": {name: _difference(seen, name) for name in seen.differences},
        "changed_arguments": list(seen.changed),
        "arguments": tree(case.arguments, write),
        "expected": {"dict": expected},
        "returned": tree(seen.value, write),
    }


def _difference(seen: SeenCase, name: str) -> dict[str, Any]:
    found = seen.differences[name]
    if found.kind == "shape":
        return {
            "kind": "shape",
            "returned": list(found.found),
            "expected": list(found.wanted),
        }
    if found.kind != "values":
        return {"kind": found.kind}
    return {
        "kind": "values",
        "differing": found.wrong,
        "of": found.size,
        "largest_at": list(found.index),
        "returned": found.returned,
        "expected": found.expected,
        "largest_difference": abs(found.returned - found.expected),
        "allowed": allowed(found.expected),
    }


def document(replay: Replay, items: Sequence[ReplayedItem]) -> dict[str, Any]:
    """The replay of some items as one JSON object, arrays written out."""
    return {
        **head(replay),
        "tolerance": TOLERANCE,
        "items": [
            {
                **item_data(replay, one),
                "cases": [case_data(one, seen, written_out) for seen in one.cases],
            }
            for one in items
        ],
    }
