"""Numbers of seeded streams, and the hyperparameters that get built in. Private."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

#: keep_prob of the notebook's examples and trainings, which get built in.
KNOWN_KEEPS = (0.5, 0.7, 0.8, 0.86)
#: Seeds that people like, beside the right one.
OTHER_SEEDS = (0, 2, 3, 42, 123)


def first_only(
    values: np.ndarray, mask: np.ndarray, keep_prob: float
) -> list[tuple[str, Callable[[], np.ndarray]]]:
    """What comes of values that are masked and scaled in their first row or column only."""

    def ways(name: str, first: tuple[slice, slice]) -> list[tuple[str, Callable[[], np.ndarray]]]:
        def put(others: np.ndarray, chosen: np.ndarray) -> np.ndarray:
            found = others.copy()
            found[first] = chosen[first]
            return found

        return [
            (name, lambda: put(values, values * mask / keep_prob)),
            (name, lambda: put(values, values * mask) / keep_prob),
            (name, lambda: put(0 * values, values * mask / keep_prob)),
        ]

    everything, one = slice(None), slice(1)
    return [
        *ways("first-unit-only", (one, everything)),
        *ways("first-example-only", (everything, one)),
    ]


def shuffled(count: int, behind: int = 0, behind_shuffled: int = 0) -> np.ndarray:
    """Whole numbers from 0 on, as seed 1 shuffles them.

    Args:
        count: how many.
        behind: so many numbers were drawn before.
        behind_shuffled: so many were shuffled before.
    """
    stream = np.random.RandomState(1)
    stream.rand(behind)
    stream.permutation(behind_shuffled)
    return stream.permutation(count)


@lru_cache(maxsize=2048)
def numbers(
    kind: str, before: int, rows: int, columns: int, seed: int = 1, first: str = ""
) -> np.ndarray:
    """Numbers of a seeded stream of which so many were drawn before, of kind `first` or of the same."""
    stream = np.random.RandomState(seed)
    kinds: Mapping[str, Callable[..., np.ndarray]] = {
        "rand": stream.rand,
        "randn": stream.randn,
        "coins": lambda *shape: stream.randint(0, 2, size=shape),
    }
    if before:
        kinds[first or kind](before)
    drawn = kinds[kind](rows, columns)
    drawn.flags.writeable = False
    return drawn
