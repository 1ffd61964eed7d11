"""What travels between the grader and its workers, on this machine or on others: bytes and text.

    Kit      what every submission of an assignment needs; sent to a worker once
    Parcel   one submission, as it was handed in
    Graded   how it came out: the autograded notebook, and what the gradebook must hold

Nothing in here says where a course folder or a gradebook is. A worker has neither: it unpacks a
parcel into a jail and sends back what came out, and one recorder writes it down.
"""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from testcases import PACKAGE_DIR
from testcases.core.protocol import Assignment

from . import __version__
from .course import Course
from .jail.limits import Limits
from .nbgrader_course import Markers, Nbgrader, markers_of
from .notebooks import Cell, Notebook, dump, how_to_restore, read_notebook
from .results import Record, write_record
from .shipping import CACHES
from .submissions import MAX_NOTEBOOK_BYTES, TIMESTAMP_FILE, Submission, digest_of, grade_id_of

#: Most notebooks that are read of one submission. Each may have `MAX_NOTEBOOK_BYTES`.
_MAX_NOTEBOOKS = 10


@dataclass(frozen=True)
class Kit:
    """What a worker must have beside a submission."""

    grader_version: str
    #: Digest of testcases/, by which a worker judges.
    testcases: str
    assignment: str
    #: Digest of all that a grade rests on beside the submission; see `Record.basis`.
    basis: str
    #: The assignment's given files but for notebooks: path in its folder → content.
    given: Mapping[str, bytes]
    #: The source notebook, with solutions and hidden tests.
    source: bytes
    markers: Markers
    #: The course's secret, from which hidden cases are drawn.
    secret: bytes
    limits: Limits


@dataclass(frozen=True)
class Parcel:
    """One submission."""

    student: str
    digest: str
    #: Files right in its folder: notebooks, and what the assignment does not give anyway.
    files: Mapping[str, bytes]
    #: What was noticed while it was read.
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Graded:
    """How a submission came out. Nothing is recorded yet."""

    student: str
    record: Record
    #: Text of the autograded notebook, the record in it.
    text: str
    #: The cells of the notebook that tell how it came out, in a notebook of their own: those of its
    #: items, and those that ended in an error.
    told: Notebook
    #: Solution cells that are as they were handed out.
    unanswered: frozenset[str]
    #: The student's own further files, which go beside the notebook.
    files: Mapping[str, bytes]


def make_kit(
    course: Course,
    assignment: Assignment,
    nbgrader: Nbgrader,
    secret: bytes,
    limits: Limits,
    basis: str,
) -> Kit:
    """The kit for an assignment of a course.

    Raises:
        NotebookError: the source notebook is missing or damaged.
    """
    folder = course.source(assignment.name)
    path = folder / f"{assignment.name}.ipynb"
    read_notebook(path, how_to_restore(assignment.name))
    return Kit(
        __version__,
        digest_of_testcases(),
        assignment.name,
        basis,
        given_files(folder),
        path.read_bytes(),
        markers_of(nbgrader),
        secret,
        limits,
    )


def given_files(folder: Path) -> dict[str, bytes]:
    """All that lies in an assignment's folder but notebooks: path in it → content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".ipynb"
        and not any(part in CACHES for part in path.relative_to(folder).parts)
    }


@cache
def digest_of_testcases() -> str:
    """A digest of what this process judges by: teachers edit it, and its version stays the same."""
    return digest_of(PACKAGE_DIR, without=CACHES)


def unpack_given(given: Mapping[str, bytes], target: Path) -> None:
    """Write an assignment's given files into a folder, readable by anybody: the jail is nobody's."""
    for name, content in given.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def digest_of_given(given: Mapping[str, bytes]) -> str:
    """A digest of the given files, to tell one state of them from another."""
    digest = hashlib.sha256()
    for name, content in sorted(given.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def read_parcel(folder: Path, kit: Kit, submission: Submission) -> Parcel:
    """The notebooks in a folder, the other regular files right in it, and notes on what else there is.

    Raises:
        OSError: something cannot be read.
    """
    files: dict[str, bytes] = {}
    notes = list(submission.notes)
    given = {name.partition("/")[0] for name in kit.given}
    room, more = kit.limits.scratch_bytes // 2, _MAX_NOTEBOOKS
    for path in sorted(folder.iterdir()):
        if path.name == TIMESTAMP_FILE or path.name in CACHES or path.name.startswith("."):
            continue
        if path.name in given:
            continue  # the original takes its place
        if path.is_dir() and not path.is_symlink():
            most = max(0, more)
            inner = list(islice(_notebooks(path), most + 1))
            if len(inner) > most:
                notes.append(f"{path.name!r} holds too many notebooks; some were left aside")
            elif not inner:
                notes.append(f"{path.name!r} is no file, and was left aside")
            for found in inner[:most]:
                files[found.relative_to(folder).as_posix()] = _beginning(found)
                more -= 1
        elif path.is_symlink() or not path.is_file():
            notes.append(f"{path.name!r} is no file, and was left aside")
        elif path.suffix == ".ipynb":
            if path.stem == kit.assignment or more > 0:
                files[path.name] = _beginning(path)
                more -= 1
            else:
                notes.append(f"{path.name!r} is one notebook too many, and was left aside")
        elif path.stat().st_size > min(room, kit.limits.file_bytes):
            notes.append(f"{path.name!r} is too large, and was left aside")
        else:
            files[path.name] = path.read_bytes()
            room -= len(files[path.name])
    return Parcel(submission.student, submission.digest, files, tuple(notes))


def _notebooks(folder: Path) -> Iterator[Path]:
    """The notebooks somewhere below a folder; links are not followed."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in CACHES)
        for name in sorted(names):
            path = Path(place, name)
            if path.suffix == ".ipynb" and not path.is_symlink() and path.is_file():
                yield path


def _beginning(path: Path) -> bytes:
    """A notebook's content; of one that is too large, enough to see that it is."""
    with path.open("rb") as file:
        return file.read(MAX_NOTEBOOK_BYTES + 1)


def refused(
    assignment: str, student: str, digest: str, basis: str, problem: str, notes: tuple[str, ...]
) -> Graded:
    """What is recorded of a hand-in that cannot be graded, so that feedback tells the student why."""
    text = (
        "# This notebook could not be graded\n\n"
        f"The reason: {html.escape(problem)}.\n\n"
        "It counts 0 points until this is mended. Your teacher has been told."
    )
    cell: dict[str, Any] = {
        "cell_type": "markdown",
        "id": "not-graded",
        "metadata": {},
        "source": text,
    }
    notebook: Notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    record = Record(digest, basis, problem, notes)
    write_record(notebook, record)
    return Graded(student, record, dump(notebook), notebook, frozenset(), {})


def graded(
    parcel: Parcel,
    basis: str,
    notebook: Notebook,
    notes: tuple[str, ...],
    unanswered: frozenset[str],
    files: Mapping[str, bytes],
    items: Collection[str],
) -> Graded:
    """What is recorded of a submission that was run and judged. `items` by their grade_ids."""
    record = Record(parcel.digest, basis, None, notes)
    write_record(notebook, record)
    cells = [cell for cell in notebook["cells"] if grade_id_of(cell) in items or _failed(cell)]
    told: Notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Graded(parcel.student, record, dump(notebook), told, unanswered, files)


def _failed(cell: Cell) -> bool:
    return any(output.get("output_type") == "error" for output in cell.get("outputs", ()))
