"""What is known of each data set, as `manifest.json` holds it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from .make import SEED, draw, mat_bytes

#: The data file that the classic version of this exercise is known with. Not part of this project;
#: an instructor who has it can install it.
CLASSIC: dict[str, Any] = {
    "name": "classic",
    "sha256": "1218828095bf91d215622d00b2a5b8784c359e29d9d9c5734949b8e60c5bc231",
    "size": 6038,
    "arrays": {
        "X": {"shape": [211, 2], "dtype": "float64"},
        "y": {"shape": [211, 1], "dtype": "uint8", "classes": {"0": 105, "1": 106}},
        "Xval": {"shape": [200, 2], "dtype": "float64"},
        "yval": {"shape": [200, 1], "dtype": "uint8", "classes": {"0": 113, "1": 87}},
    },
    "provenance": "The classic exercise's own file. Not distributed with this project.",
}


def describe(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Shape and dtype of each array, and the class counts of the labels."""
    described: dict[str, Any] = {}
    for key, array in arrays.items():
        described[key] = {"shape": list(array.shape), "dtype": str(array.dtype)}
        if array.dtype == np.uint8:
            described[key]["classes"] = {
                str(label): int(np.sum(array == label)) for label in (0, 1)
            }
    return described


def manifest_text() -> str:
    """The text of `manifest.json`."""
    arrays = draw(SEED)
    content = mat_bytes(arrays)
    own = {
        "name": "kicks",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "arrays": describe(arrays),
        "provenance": f"Synthetic; made by `python -m datasets make` (seed {SEED}). MIT licence.",
    }
    return json.dumps({"data_sets": [own, CLASSIC]}, indent=2) + "\n"
