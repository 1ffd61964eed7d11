"""Keeps the copies beside a notebook the same as their originals.

A release must stand alone, so what students need from our packages is copied into the source
folder, from where nbgrader carries it into the release. The originals are those of the installed
packages; the copies are never edited.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from .course import Course
from .errors import GraderError

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment

#: Folders that programs leave behind, and that are never part of an assignment.
CACHES = frozenset({"__pycache__", ".ipynb_checkpoints"})

_MODE = 0o644
#: A message lists at most so many copies.
_SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """A copy in the source folder that is not what it should be."""

    #: Path inside the source folder.
    path: str
    kind: Literal["missing", "different", "left over"]

    def __str__(self) -> str:
        return f"{self.path} ({self.kind})"


def stale(course: Course, assignment: Assignment) -> list[Difference]:
    """The copies that differ from their originals. Writes nothing.

    Raises:
        GraderError: an original or the source folder cannot be read.
    """
    folder = course.source(assignment.name)
    originals = assignment.shipped()
    found = []
    for path, original in sorted(originals.items()):
        wanted = _original(path, original)
        copy = folder / path
        try:
            if not copy.exists():
                found.append(Difference(path, "missing"))
            elif copy.read_bytes() != wanted:
                found.append(Difference(path, "different"))
        except OSError as error:
            raise GraderError(
                f"Cannot read {copy}: {error.strerror}. Remove it; it is a copy."
            ) from error
    found += [Difference(path, "left over") for path in _left_over(folder, originals)]
    return found


def sync(course: Course, assignment: Assignment) -> list[Difference]:
    """Write the copies that are missing or differ, remove those left over; returns what changed.

    Each file is replaced in one step, so an interruption never leaves half a file.

    Raises:
        GraderError: an original cannot be read, or a copy cannot be written.
    """
    folder = course.source(assignment.name)
    originals = assignment.shipped()
    changes = stale(course, assignment)
    for change in changes:
        target = folder / change.path
        try:
            if change.kind == "left over":
                target.unlink()
                _remove_empty(target.parent, folder)
            else:
                _write(target, _original(change.path, originals[change.path]))
        except OSError as error:
            raise GraderError(
                f"Cannot write {target}: {error.strerror}. It is a copy that the release needs: "
                "check who may write there, and that the disk is not full."
            ) from error
    return changes


def copies_trouble(course: Course, assignment: Assignment) -> tuple[str, str] | None:
    """What is wrong with the copies, and the command that mends it; None if nobody's grade would suffer.

    What is left over does no harm.
    """
    try:
        wrong = [change for change in stale(course, assignment) if change.kind != "left over"]
    except GraderError as error:
        text, _, remedy = str(error).partition(". ")
        return text.replace("Cannot", "cannot", 1), remedy
    if not wrong:
        return None
    listed = ", ".join(map(str, wrong[:_SHOWN])) + (", …" if len(wrong) > _SHOWN else "")
    # Without it, nothing is released again to students who have handed in.
    force = " --force" if course.students(assignment.name) else ""
    return (
        f"copies in source/{assignment.name} are not what this version ships: {listed}",
        f"grader release {assignment.name}{force}",
    )


def require_current(course: Course, assignment: Assignment) -> None:
    """Make sure that nobody is graded beside damaged copies.

    Raises:
        GraderError: one is missing or differs, or cannot be read.
    """
    if (trouble := copies_trouble(course, assignment)) is not None:
        raise GraderError(
            f"Cannot grade {assignment.name!r}: {trouble[0]}. Mend that first: {trouble[1]}"
        )


def _original(path: str, original: Path) -> bytes:
    try:
        return original.read_bytes()
    except OSError as error:
        raise GraderError(
            f"Cannot ship {path}: its original {original} cannot be read ({error.strerror}). "
            "Restore that file, from git for example, or install the project again."
        ) from error


def _left_over(folder: Path, originals: Mapping[str, Path]) -> list[str]:
    """Files in folders that hold copies only, and that are no copies."""
    rooms = sorted({PurePosixPath(path).parts[0] for path in originals if "/" in path})
    return [
        path.as_posix()
        for room in rooms
        for path in files_in(folder, room)
        if str(path) not in originals
    ]


def files_in(folder: Path, room: str = ".") -> list[Path]:
    """Files below `folder/room`, relative to `folder`, sorted; what programs cached is left out."""
    paths = (path.relative_to(folder) for path in (folder / room).rglob("*") if path.is_file())
    return sorted(path for path in paths if CACHES.isdisjoint(path.parts))


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(draft).chmod(_MODE)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
