"""Numbers of seeded streams, and the hyperparameters that get built in. Private."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

#: keep_prob of the notebook's examples and trainings, which get built in.
KNOWN_KEEPS = (0.5, 0.7, 0.8, 0.86)
#: Seeds that people like, beside the right one.
OTHER_SEEDS = (0, 2, 3, 42, 123)


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
