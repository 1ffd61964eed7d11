"""What is wrong in which part: each answer compared with what is expected of it, in sentences.

A part that rests on an earlier one is judged by what follows from the student's own earlier result
when the oracle can tell; where it cannot, it is reported as waiting for the earlier part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from . import stopping, wording
from .compare import ATOL, as_array, difference
from .protocol import Case, Item, Observation, Oracle, Part, Plain

#: How a call ends that began, and came to a line on which it stopped.
_STOPS = ("raised", "not_attempted")


def problems_of(
    item: Item,
    cases: Sequence[Case],
    observations: Sequence[Observation],
    oracle: Oracle,
    explained: bool,
) -> dict[tuple[str, str], str]:
    """(case name, part name) → what is wrong there, as a sentence. Right ones are not listed.

    `explained`: whether a hint says why a function stopped.
    """
    problems: dict[tuple[str, str], str] = {}
    for case, seen in zip(cases, observations, strict=True):
        parts = [part for part in item.parts if not case.parts or part.name in case.parts]
        entries = entries_of(item, seen)
        if entries is None:
            found = _without_answer(item, parts, case, seen, explained)
        else:
            found = _with_answer(item, parts, case, seen, entries, oracle, explained)
        problems.update({(case.name, name): problem for name, problem in found.items()})
    return problems


def _without_answer(
    item: Item, parts: Sequence[Part], case: Case, seen: Observation, explained: bool
) -> dict[str, str]:
    """The problems, by part, of a call of which there is nothing to look into."""
    if seen.outcome == "returned":
        why = wording.wrong_kind(item, case, seen.value)
    else:
        why = stopping.not_returned(item, case, seen, explained)
    first, *later = parts
    then = stopping.not_reached() if seen.outcome in _STOPS else why
    return {first.name: why, **{part.name: then for part in later}}


def _with_answer(
    item: Item,
    parts: Sequence[Part],
    case: Case,
    seen: Observation,
    entries: Mapping[str, Plain],
    oracle: Oracle,
    explained: bool,
) -> dict[str, str]:
    """The problems, by part, of what was returned or had been worked out when the function stopped."""
    expected = oracle.expect(case, entries)
    stopped = seen.outcome != "returned"
    problems: dict[str, str] = {}
    for part in parts:
        problem = _first_problem(part, case, entries, expected, stopped)
        unpaid = part is item.parts[-1] or problem is not None
        if stopped and unpaid and not _is_behind(item, part, entries):
            reached = stopping.not_returned(item, case, seen, explained)
            problem = stopping.not_reached() if reached in problems.values() else reached
        elif problem is not None and part.after in problems and _is_there(part, entries):
            if not oracle.follows_through:
                problem = wording.waits_for(item, part)
            elif _is_behind_zeros(item, part, entries):
                problem = wording.behind_zeros(item, part)
        if problem is not None:
            problems[part.name] = problem
    return problems


def _is_behind_zeros(item: Item, part: Part, entries: Mapping[str, Plain]) -> bool:
    """Whether the part before hands on zeros only, so that this one begins with zeros as well."""
    earlier = next(other for other in item.parts if other.name == part.after)
    return _is_zero(entries.get(part.entries[0])) and any(
        _is_zero(entries.get(name)) for name in earlier.entries
    )


def _is_zero(value: Plain) -> bool:
    array = as_array(value)
    return array is not None and bool((np.abs(array) <= ATOL).all())


def _is_there(part: Part, entries: Mapping[str, Plain]) -> bool:
    """Whether all of a part are arrays or numbers: a gap that is still None rests on nothing."""
    return all(as_array(entries.get(name)) is not None for name in part.entries)


def entries_of(item: Item, seen: Observation) -> Mapping[str, Plain] | None:
    """What came back by name, or, where the function stopped, what it had come to by then."""
    if seen.outcome == "returned":
        return item.unpack(seen.value)
    if not isinstance(seen.value, dict):
        return None
    wanted = {name for part in item.parts for name in part.entries}
    # A whole number or a None is looked at only where an answer belongs: many stand for something else.
    found = {
        name: value
        for name, value in seen.value.items()
        if name in wanted or not (value is None or isinstance(value, int))
    }
    return found or None


def _is_behind(item: Item, part: Part, entries: Mapping[str, Plain]) -> bool:
    """Whether a function that stopped had come beyond a part: then it meant it as it is.

    Nobody has done the last part who returns nothing.
    """
    later = item.parts[item.parts.index(part) + 1 :]
    return any(entries.get(name) is not None for other in later for name in other.entries)


def _first_problem(
    part: Part,
    case: Case,
    entries: Mapping[str, Plain],
    expected: Mapping[str, Plain],
    stopped: bool,
) -> str | None:
    for name in part.entries:
        if name not in entries and stopped:
            return stopping.no_value_yet(name, case)
        if name not in entries:
            return wording.entry_missing(
                name, case, [key for key in entries if key not in expected]
            )
        found = difference(expected[name], entries[name])
        if found is not None:
            return wording.entry_problem(name, part, case, found, entries[name])
    return None
