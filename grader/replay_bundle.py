"""A replay as an archive: evidence that can be looked at with NumPy alone, the same bytes for the same replay."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from testcases.core.observe import STREAM_BEFORE_CALL

from . import replay_look
from .archive import write_archive, zipped
from .replay import Replay
from .replay_json import TOLERANCE, Writer, case_data, head, item_data

_PRIVATE = 0o600
#: Characters in a file's name that stay as they are.
_PLAIN = " /!#$&'()+,;=@[]~"

_README = """\
CONFIDENTIAL: for instructors only. This archive holds hidden cases and their right answers.

One submission, graded once more by `grader replay`, case by case.

    submitted/       what the student handed in, as it was read (names in it may be %-escaped)
    autograded/      the notebook that was run: the instructor's, with the student's answers in it
    versions.json    whose it is, versions, SHA-256 digests, and how it compares with the grade on record
    judgement.json   each item: points, verdict, mistakes, and the message that the student reads
    cases.json       each case: inputs, what was expected, what was returned, and where these differ
    cases/           the arrays that cases.json names, in NumPy's .npy format, without pickle
    look.py          shows all this; needs Python and NumPy, nothing else
    SHA256SUMS       check with: sha256sum -c SHA256SUMS

Unpack it into a folder of its own, go there, and

    python look.py                every case, and which entries differ
    python look.py ITEM CASE      one case: given, expected, returned

or look at a case in Python, and call a function with the very same inputs:

    >>> import look
    >>> case = look.load("ITEM", "CASE")
    >>> case.arguments, case.expected, case.returned
    >>> look.call(the_function, case)

The student's function is in autograded/. Pasted into Python it runs with all your rights: read it first.
A case whose "function" in cases.json is none of the student's is one of the grader's own drivers, which
calls several of theirs.
Values may differ by {absolute:g} + {relative:g} times the expected value. What follows from an earlier
entry is expected to follow from the student's own earlier entry.
"""


def bundle(replay: Replay) -> bytes:
    """The archive. The same replay gives the same bytes."""
    files = _files(replay)
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    files["SHA256SUMS"] = sums.encode("ascii")
    return zipped(files, _PRIVATE)


def write_bundle(path: Path, content: bytes) -> None:
    """Write a bundle for its owner's eyes only.

    Raises:
        GraderError: it cannot be written.
    """
    write_archive(path, content, _PRIVATE, "the bundle")


def _files(replay: Replay) -> dict[str, bytes]:
    name = replay.submission.assignment
    files = {f"submitted/{_safe(path)}": content for path, content in replay.files.items()}
    files[f"autograded/{name}.ipynb"] = replay.graded.text.encode("utf-8")
    files["versions.json"] = _json(head(replay))
    files["judgement.json"] = _json([item_data(replay, one) for one in replay.items])
    cases = []
    for one in replay.items:
        for seen in one.cases:
            folder = f"cases/{one.item.grade_id}/{seen.case.name}"
            cases.append(case_data(one, seen, _writer(files, folder)))
    files["cases.json"] = _json(
        {"tolerance": TOLERANCE, "random_seed": STREAM_BEFORE_CALL, "cases": cases}
    )
    files["look.py"] = Path(replay_look.__file__).read_bytes()
    files["README.txt"] = _README.format(**TOLERANCE).encode("utf-8")
    return files


def _writer(files: dict[str, bytes], folder: str) -> Writer:
    """What puts the arrays of a case among the files, numbered as they come."""
    numbers = iter(range(1, 10**6))

    def write(array: np.ndarray) -> dict[str, Any]:
        content = io.BytesIO()
        np.lib.format.write_array(content, array, allow_pickle=False)
        path = f"{folder}/{next(numbers):03d}.npy"
        files[path] = content.getvalue()
        return {"npy": path}

    return write


def _json(data: Mapping[str, Any] | list[Any]) -> bytes:
    return (json.dumps(data, indent=1, allow_nan=False) + "\n").encode("ascii")


def _safe(name: str) -> str:
    """A submitted file's name as any system can unpack it; it is a relative path already."""
    if name.isascii() and name.isprintable() and not set(name) & set('\\:*?"<>|%'):
        return name
    return quote(os.fsencode(name), safe=_PLAIN)
