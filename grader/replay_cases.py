"""One case of a replay: what was expected and what came back, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from testcases.core.compare import ATOL, RTOL, Difference, difference, same
from testcases.core.protocol import Case, Item, Observation, Oracle, Plain


def allowed(expected: float) -> float:
    """By how much a value may differ from this one."""
    return ATOL + RTOL * abs(expected)


@dataclass(frozen=True)
class SeenCase:
    """One case of one item."""

    case: Case
    #: None if the run did not keep it.
    observation: Observation | None
    #: The entries that are looked at, as they should be; those that follow from the student's own
    #: earlier ones are what follows from these.
    expected: Mapping[str, np.ndarray]
    #: What came back, by name, or, where the function stopped, what it had worked out by then. None
    #: if nothing did, or nothing that has entries.
    returned: Mapping[str, Plain] | None
    #: Of the expected entries, those that came back otherwise. Where the function stopped, those that
    #: it had not come to are not among them.
    differences: Mapping[str, Difference]
    #: Arguments that the function changed.
    changed: tuple[str, ...]

    @property
    def value(self) -> Plain:
        """What came back as it is told: by name if it has entries, else whatever it was."""
        if self.returned is not None:
            return dict(self.returned)
        return self.observation.value if self.observation is not None else None

    @property
    def right(self) -> bool | None:
        """Whether all that is looked at is right; None if that was not kept."""
        if self.observation is None:
            return None
        if self.observation.outcome != "returned" or self.returned is None:
            return False
        return not self.differences and not self.changed


def look_at(oracle: Oracle, item: Item, case: Case, seen: Observation | None) -> SeenCase:
    """A case as the judge looks at it, entry by entry.

    Args:
        oracle: knows the expected entries.
        item: what the case belongs to.
        case: the case.
        seen: what the judge was shown; None if it was not kept.
    """
    returned: Mapping[str, Plain] | None = None
    came_back = seen is not None and seen.outcome == "returned"
    if seen is not None and came_back:
        returned = item.unpack(seen.value)
    elif seen is not None and isinstance(seen.value, dict):
        returned = seen.value
    entries = returned or {}
    parts = [part for part in item.parts if not case.parts or part.name in case.parts]
    names = dict.fromkeys(name for part in parts for name in part.entries)
    differences, changed = {}, []
    with np.errstate(all="ignore"):  # wild values of a student's
        right = oracle.expect(case, entries)
        expected = {name: np.asarray(right[name]) for name in names}
        for name in names if returned is not None else ():
            if name not in entries and not came_back:
                continue
            found: Difference | None = Difference("missing")
            if name in entries:
                found = difference(expected[name], entries[name])
            if found is not None:
                differences[name] = found
        if seen is not None and came_back:
            after = seen.arguments_after or (None,) * len(case.arguments)
            changed = [
                name
                for name, before, then in zip(
                    case.argument_names, case.arguments, after, strict=True
                )
                if not same(before, then)
            ]
    return SeenCase(case, seen, expected, returned, differences, tuple(changed))
