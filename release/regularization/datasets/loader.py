"""Loading the data set, and refusing whatever is not it.

This file also travels with the assignment, beside `data.mat` and `manifest.json`; it needs NumPy
and SciPy only. The bytes are compared with the manifest's SHA-256 *before* anything parses them,
so a damaged file can do no harm and is never mistaken for data.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import loadmat

DATA_FILE = Path(__file__).with_name("data.mat")
MANIFEST_FILE = Path(__file__).with_name("manifest.json")

_LFS_POINTER = b"version https://git-lfs"
_REPAIR = (
    "Students: download the assignment's `datasets` folder again. "
    "Instructors: run `python -m datasets make` in the course folder."
)


class DataSetError(Exception):
    """The data file is missing, damaged, or not one that the manifest knows."""


@dataclass(frozen=True)
class DataSet:
    """Kicks as rows, in the orientation of the file.

    Attributes:
        X: training kicks (211, 2), float64, positions (x1, x2) on the field.
        y: their labels (211, 1), uint8: 1 if our team headed the ball, else 0.
        Xval: further kicks (200, 2), called the test set by the assignment.
        yval: their labels (200, 1).
        name: which known data set it is, by the manifest.
    """

    X: np.ndarray
    y: np.ndarray
    Xval: np.ndarray
    yval: np.ndarray
    name: str


def read_manifest(path: Path = MANIFEST_FILE) -> list[dict]:
    """The known data sets, each a dictionary with at least name, sha256, size and arrays.

    Raises:
        DataSetError: the manifest is missing or damaged.
    """
    try:
        known: list[dict] = json.loads(path.read_text(encoding="utf-8"))["data_sets"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataSetError(f"Cannot read the manifest {path}: {error}. {_REPAIR}") from error
    return known


def identify(content: bytes, path: Path, manifest: Path = MANIFEST_FILE) -> dict:
    """The manifest's entry for these bytes.

    Raises:
        DataSetError: there is none; the message says what the file seems to be instead.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = read_manifest(manifest)
    for entry in known:
        if entry["sha256"] == digest:
            return entry
    if not content:
        cause = "it is empty"
    elif content.startswith(_LFS_POINTER):
        cause = "it is a git-LFS pointer, a stand-in for the file; `git lfs pull` may fetch the real one"
    elif len(content) not in {entry["size"] for entry in known}:
        sizes = " or ".join(str(entry["size"]) for entry in known)
        cause = f"it has {len(content)} bytes instead of {sizes}; it may be cut off"
    else:
        cause = f"its contents have changed (SHA-256 {digest[:12]}… is not in the manifest)"
    raise DataSetError(f"Cannot use the data file {path}: {cause}. {_REPAIR}")


def load_data(path: Path | str | None = None) -> DataSet:
    """The data set in `path`, or the one beside this file.

    >>> kicks = load_data()
    >>> kicks.X.shape, kicks.y.shape, kicks.Xval.shape, kicks.yval.shape
    ((211, 2), (211, 1), (200, 2), (200, 1))

    Raises:
        DataSetError: the file is missing, damaged, or unknown to the manifest.
    """
    file = DATA_FILE if path is None else Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataSetError(
            f"Cannot read the data file {file}: {error.strerror}. {_REPAIR}"
        ) from error
    entry = identify(content, file)
    arrays = loadmat(io.BytesIO(content))
    X, y, Xval, yval = (arrays[key] for key in ("X", "y", "Xval", "yval"))
    return DataSet(X, y, Xval, yval, entry["name"])
