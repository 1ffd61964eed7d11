"""The program that makes the data set, bit for bit the same everywhere.

The process. A kick is a uniform point of the field, x1 ∈ [−0.6, 0.3], x2 ∈ [−0.8, 0.6]. Our team
wins it if the point, shifted by noise of standard deviation `WIDTH`, lies above the diagonal
x2 = SLOPE·x1 + INTERCEPT (upper left); afterwards a share `FLIP` of the labels is turned over.
The noise makes the two classes overlap near the line; the flips put lonely points deep inside the
other class. Those are what an unregularized network bends its boundary for.

Bit for bit. Numbers come from PCG64's raw 64-bit output, whose stream NumPy guarantees, and pass
through additions and multiplications only: the noise is a sum of four uniforms, not a call of some
libm. Coordinates are rounded to six decimals. The MAT file (level 5, not compressed) is written
with a fixed header, where SciPy would put date and platform.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from scipy.io import savemat

#: Seed of the data set that ships. Nothing was searched for: it is the first one.
SEED = 1
TRAIN, VALIDATION = 211, 200
X1_RANGE, X2_RANGE = (-0.6, 0.3), (-0.8, 0.6)
SLOPE, INTERCEPT = 1.0, 0.05
WIDTH = 0.06
FLIP = 0.06

_HEADER = b"MATLAB 5.0 MAT-file, kicks on a field, made by datasets/make.py"
_HEADER_BYTES = 116
_DRAWS_PER_KICK = 7


def draw(seed: int = SEED) -> dict[str, np.ndarray]:
    """One data set of the process: X (211, 2), y (211, 1), Xval (200, 2), yval (200, 1).

    Coordinates are float64, labels uint8.
    """
    kicks = TRAIN + VALIDATION
    raw = np.random.PCG64(seed).random_raw(kicks * _DRAWS_PER_KICK)
    u = ((raw >> np.uint64(11)) * 2.0**-53).reshape(kicks, _DRAWS_PER_KICK)
    x1 = np.round(X1_RANGE[0] + (X1_RANGE[1] - X1_RANGE[0]) * u[:, 0], 6)
    x2 = np.round(X2_RANGE[0] + (X2_RANGE[1] - X2_RANGE[0]) * u[:, 1], 6)
    distance = (x2 - SLOPE * x1 - INTERCEPT) / (1.0 + SLOPE**2) ** 0.5
    noise = (u[:, 2] + u[:, 3] + u[:, 4] + u[:, 5] - 2.0) * 3.0**0.5  # standard deviation 1
    ours = (distance + WIDTH * noise > 0) ^ (u[:, 6] < FLIP)
    X = np.column_stack([x1, x2])
    y = ours.astype(np.uint8)[:, np.newaxis]
    return {"X": X[:TRAIN], "y": y[:TRAIN], "Xval": X[TRAIN:], "yval": y[TRAIN:]}


def mat_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    """The arrays as a MAT file with a fixed header."""
    buffer = io.BytesIO()
    savemat(buffer, {key: np.ascontiguousarray(value) for key, value in arrays.items()})
    return _HEADER.ljust(_HEADER_BYTES) + buffer.getvalue()[_HEADER_BYTES:]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)
