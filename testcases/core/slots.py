"""A formula with places where something can be taken for something else. Private.

Each slot has what belongs there, and what may stand there by mistake. A candidate fills every slot;
at most two of them wrongly, since with more everything could be explained somehow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from .diagnosis import STILL_POSSIBLE, Candidates, Names, Value, worked_out

#: Most mistakes that are made together.
MOST = 2
#: What a slot may hold: name of the mistake, "" for what is right, which comes first; and the value,
#: a number or an array, or what gives one. The names of a slot are the same in every case.
Slot = Sequence[tuple[str, Value]]


@lru_cache(maxsize=64)
def _plan(slots: tuple[tuple[str, ...], ...]) -> tuple[tuple[Names, ...], np.ndarray]:
    """All candidates by the names in the slots: their mistakes, and what each puts into each slot."""
    names: list[Names] = []
    rows: list[list[int]] = []
    for count in range(MOST + 1):
        for chosen in combinations(range(len(slots)), count):
            for wrong in product(*(range(1, len(slots[place])) for place in chosen)):
                row = [0] * len(slots)
                for place, index in zip(chosen, wrong, strict=True):
                    row[place] = index
                mistakes = (slots[place][index] for place, index in zip(chosen, wrong, strict=True))
                names.append(tuple(dict.fromkeys(mistakes)))
                rows.append(row)
    return tuple(names), np.array(rows).T


def fill(slots: Mapping[str, Slot], formula: Callable[..., np.ndarray]) -> Candidates:
    """All candidates: the right one first, then those with one mistake, then those with two.

    Args:
        slots: by the formula's argument names.
        formula: called with the values of all candidates at once, one array (candidates, …) for each
            slot; numbers come as (candidates, 1, …), to be multiplied with arrays.
    """
    names, plan = _plan(tuple(tuple(name for name, _ in slot) for slot in slots.values()))
    possible = STILL_POSSIBLE.get()
    rows = None if possible is None else np.flatnonzero(possible[: len(names)])
    if rows is not None:
        plan = plan[:, rows]
        if not len(rows):
            return Candidates(names, np.empty(0), rows=rows)
    used = [_used(slot, chosen) for slot, chosen in zip(slots.values(), plan, strict=True)]
    axes = max(value.ndim for value, _ in used)
    arguments = {
        name: value.reshape(value.shape + (1,) * (axes - value.ndim))[places]
        for name, (value, places) in zip(slots, used, strict=True)
    }
    with np.errstate(all="ignore"):
        return Candidates(names, formula(**arguments), rows=rows)


def _used(slot: Slot, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those values of a slot that any candidate takes, and the place of each candidate's among them."""
    different = np.zeros(len(slot), dtype=bool)
    different[chosen] = True
    values = [worked_out(value) for (_, value), asked in zip(slot, different, strict=True) if asked]
    return np.array(values), (np.cumsum(different) - 1)[chosen]
