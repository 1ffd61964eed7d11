"""Mistakes that an item shows only because it calls a function in which they were made.

A training calls several functions. What is wrong in one of them is wrong in the training, too: the same
student has the same mistake at the item that tests that function alone. Such a mistake is told once,
at the function, with what it cost elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from testcases.core.protocol import Item

from .report_statistics import made
from .results import ItemResult, Result

#: A mistake at a caller → what it may be called at the function, beside its own name. A cell that is no
#: Python defines nothing.
_CAUSES: Mapping[str, tuple[str, ...]] = {"function-not-defined": ("syntax-error",)}


@dataclass(frozen=True)
class Carried:
    """A mistake at an item that calls functions, and the function's item from which it comes."""

    grade_id: str
    name: str
    #: grade_id of the item that tests the function alone.
    source: str
    #: What the mistake is called there.
    cause: str
    #: Whether the function was left as handed out, which is no mistake by itself.
    untouched: bool
    #: Students.
    count: int
    #: Points that they did not get for the calling item, on average.
    lost: float


#: (student, grade_id of the caller) → (source, cause, untouched).
Explained = Mapping[tuple[str, str], tuple[str, str, bool]]


def explained(items: Sequence[Item], results: Sequence[Result]) -> Explained:
    """Whose mistake at which item comes from a function, and from which.

    Where it could come from several, the first that is called counts.
    """
    alone = {item.functions[0]: item.grade_id for item in items if len(item.functions) == 1}
    callers = [item for item in items if len(item.functions) > 1]
    found = {}
    for result in results:
        by_id = {item.grade_id: item for item in result.items}
        for caller in callers:
            mistake = by_id[caller.grade_id]
            if not made(mistake):
                continue
            sources = [by_id[alone[name]] for name in caller.functions if name in alone]
            source = next((one for one in sources if _causes(one, mistake)), None)
            if source is not None:
                untouched = source.verdict == "not_attempted"
                key = (result.student, caller.grade_id)
                found[key] = (source.grade_id, str(source.mistake), untouched)
    return found


def _causes(source: ItemResult, mistake: ItemResult) -> bool:
    name = str(mistake.mistake)
    return source.mistake in (name, *_CAUSES.get(name, ()))


def carried(results: Sequence[Result], known: Explained) -> tuple[Carried, ...]:
    """What is explained, counted: the commonest first."""
    lost: dict[tuple[str, str, str, str, bool], list[float]] = {}
    for result in results:
        for item in result.items:
            origin = known.get((result.student, item.grade_id))
            if origin is not None:
                key = (item.grade_id, str(item.mistake), *origin)
                lost.setdefault(key, []).append(item.max_score - item.score)
    found = [Carried(*key, len(each), sum(each) / len(each)) for key, each in lost.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.grade_id, one.name, one.source)))
