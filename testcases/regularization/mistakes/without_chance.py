"""Masks that are no mistake of a formula, but of chance: none, too little, or that of another call. Private."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...core.compare import as_array
from ...core.diagnosis import Names
from ...core.protocol import Answer
from ..chance import counts_are_fixed, follows_places, has_pattern

#: Masks of fewer entries may be alike by chance.
_TELLING = 10
#: So many masks of a layer tell something.
_FEWEST = 3


def kept_between_calls(answers: Sequence[Answer]) -> bool:
    """Whether a mask is that of another call.

    It has the shape that was right there and is not right here, and zeros although keep_prob is 1 here: who
    draws a shape that is built in, behind a seed, would get ones only.
    """
    for layer in (1, 2):
        found = list(_masks(layer, answers))
        fitting = [D for D, shape, _ in found if D.shape == shape]
        for D, shape, keep_prob in found:
            foreign = D.shape != shape and keep_prob == 1 and not D.all()
            if (
                foreign
                and D.size >= _TELLING
                and any(np.array_equal(D, other) for other in fitting)
            ):
                return True
    return False


def chance_left_out(layer: int, answers: Sequence[Answer]) -> Names | None:
    """What chance has no part in, of masks that no formula explains; None if nothing is seen.

    All masks of a student's together tell it, with the large one; see `chance.py` for the bounds.
    """
    masks = [
        (keep_prob, D)
        for D, shape, keep_prob in _masks(layer, answers)
        if keep_prob < 1 and D.shape == shape
    ]
    drawn = sum(1 for case, _ in answers if case.arguments[2] < 1)
    if len(masks) < max(drawn, _FEWEST) or not any(D.any() and not D.all() for _, D in masks):
        return None
    if all(follows_places(D) for _, D in masks):
        return ("kept-by-position",)
    if all((D[:, :1] == D).all() for _, D in masks):
        return ("mask-one-column",)
    if all(has_pattern(D) for _, D in masks):
        return ("mask-one-row",)
    return ("kept-without-chance",) if counts_are_fixed(masks) else None


def _masks(
    layer: int, answers: Sequence[Answer]
) -> Iterator[tuple[np.ndarray, tuple[int, ...], float]]:
    """What stands for the masks of a layer, if it holds zeros and ones; its right shape; keep_prob."""
    for case, entries in answers:
        X, parameters, keep_prob = case.arguments
        D = as_array(entries.get(f"D{layer}"))
        if D is not None and D.ndim == 2 and np.isin(D, (0, 1)).all():
            yield D, (parameters[f"W{layer}"].shape[0], X.shape[1]), keep_prob
