"""A formula with places where something can be taken for something else. Private.

Each slot has what belongs there, and what may stand there by mistake. A candidate fills every slot;
at most two of them wrongly, since with more everything could be explained somehow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from .diagnosis import ALL, STILL_POSSIBLE, Candidates, Names, Value, close, worked_out

#: Most mistakes that are made together.
MOST = 2
#: So many candidates are looked at in one place before they are worked out.
_MANY = 30
#: So few are worked out one by one: putting arrays together takes longer.
_FEW = 4
#: What a slot may hold: name of the mistake, "" for what is right, which comes first; and the value,
#: a number or an array, or what gives one. The names of a slot are the same in every case.
Slot = Sequence[tuple[str, Value]]


@lru_cache(maxsize=64)
def _plan(slots: tuple[tuple[str, ...], ...]) -> tuple[tuple[Names, ...], np.ndarray, int]:
    """All candidates by the names in the slots: their mistakes, and what each puts into each slot.

    Those with one mistake at most come first; the number says how many they are.
    """
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
    order = sorted(range(len(names)), key=lambda place: len(names[place]))
    singles = sum(len(mistakes) < MOST for mistakes in names)
    return tuple(names[place] for place in order), np.array(rows)[order].T, singles


def fill(slots: Mapping[str, Slot], formula: Callable[..., np.ndarray]) -> Candidates:
    """All candidates: the right one first, then those with one mistake, then those with two.

    Args:
        slots: by the formula's argument names.
        formula: works element by element. It is called with the values of many candidates at once, one
            array (candidates, …) for each slot; numbers come as (candidates, 1, …), to be multiplied
            with arrays.
    """
    names, plan, singles = _plan(tuple(tuple(name for name, _ in slot) for slot in slots.values()))
    still = STILL_POSSIBLE.get()
    if still is None:
        return Candidates(names, formula(**_filled(slots, plan)))
    rows = np.arange(singles) if still.places is ALL else np.flatnonzero(still.places[: len(names)])
    if len(rows) > _MANY:
        rows = rows[_near_at_one_place(slots, plan[:, rows], formula, still.got)]
    if not len(rows):
        return Candidates(names, np.empty(0), rows=rows)
    if len(rows) > _FEW:
        return Candidates(names, formula(**_filled(slots, plan[:, rows])), rows=rows)
    each = [
        formula(
            **{
                name: worked_out(slot[index][1])
                for (name, slot), index in zip(slots.items(), chosen, strict=True)
            }
        )
        for chosen in plan[:, rows].T.tolist()
    ]
    return Candidates(names, np.array(each), rows=rows)


def _near_at_one_place(
    slots: Mapping[str, Slot],
    plan: np.ndarray,
    formula: Callable[..., np.ndarray],
    got: np.ndarray,
) -> np.ndarray:
    """Which candidates are what came back where that is largest: most are not, and that is quickly seen."""
    if not got.size:
        return np.zeros(plan.shape[1], dtype=bool)
    # A nan would be the largest, and says nothing.
    place = int(np.argmax(np.where(np.isnan(got), -1.0, np.abs(got))))
    arguments = {}
    for name, (values, chosen) in _used_of(slots, plan).items():
        if values.ndim > 1:
            if values.shape[1:] != got.shape:
                return np.zeros(plan.shape[1], dtype=bool)
            values = values.reshape(len(values), -1)[:, place]
        arguments[name] = values[chosen]
    return close(formula(**arguments), got.ravel()[place])


def _filled(slots: Mapping[str, Slot], plan: np.ndarray) -> Mapping[str, np.ndarray]:
    """The formula's arguments for these candidates."""
    used = _used_of(slots, plan)
    axes = max(values.ndim for values, _ in used.values())
    return {
        name: values.reshape(values.shape + (1,) * (axes - values.ndim))[chosen]
        for name, (values, chosen) in used.items()
    }


def _used_of(
    slots: Mapping[str, Slot], plan: np.ndarray
) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Of each slot, the values that any candidate takes, and the place of each candidate's among them."""
    found = {}
    for (name, slot), chosen in zip(slots.items(), plan, strict=True):
        taken = np.zeros(len(slot), dtype=bool)
        taken[chosen] = True
        values = [worked_out(value) for (_, value), asked in zip(slot, taken, strict=True) if asked]
        found[name] = np.array(values), (np.cumsum(taken) - 1)[chosen]
    return found
