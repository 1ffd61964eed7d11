"""What a student handed in, before any of it is run: its digest, and whether it can be graded.

The digest tells two hand-ins apart. It is the SHA-256 of, for every file in the folder, sorted by
relative name: the name, a NUL, the length in decimal, a NUL, the content. A symbolic link counts as
a file whose content is "link:" and where it points.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from shlex import quote
from typing import Any

from .arguments import meant
from .course import Course, check_names, visible
from .errors import UsageError, path_of

#: Where nbgrader's exchange notes when something was handed in.
TIMESTAMP_FILE = "timestamp.txt"
#: Longest notebook that is read, in bytes. One with all its pictures has less than a tenth of it, and
#: reading JSON takes some ten times its size in memory.
MAX_NOTEBOOK_BYTES = 15_000_000
_BLOCK = 1 << 20
_LONGEST_DATE = 200


@dataclass(frozen=True)
class Submission:
    """One student's hand-in, as it lies in the folder."""

    student: str
    assignment: str
    digest: str
    #: Why it cannot be graded, and what to do; None if nothing speaks against it.
    problem: str | None = None
    #: Whether the problem is one of what was handed in, and so worth 0 points until it is mended.
    recorded: bool = True
    #: What a person should know about it all the same.
    notes: tuple[str, ...] = ()


def choose_students(course: Course, assignment: str, wanted: Sequence[str] | None) -> list[str]:
    """The students to grade, sorted: those named, or all who handed something in.

    Raises:
        UsageError: there is no folder `submitted`, or a student named is not in it.
    """
    folder = course.root / "submitted"
    if not folder.is_dir():
        raise UsageError(
            f"Cannot grade {assignment!r}: there is no folder {folder}. Make it, and put each "
            f"student's work into submitted/STUDENT/{assignment}/."
        )
    known = course.students(assignment)
    if wanted is None:
        return known
    check_names(wanted)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise UsageError(
            f"Cannot find a submission of {', '.join(map(repr, unknown))}: expected it in "
            f"{course.submitted(unknown[0], assignment)}.{meant(unknown[0], known)} {len(known)} "
            f"other{'' if len(known) == 1 else 's'} handed in {assignment!r}; list them with: "
            f"ls {quote(str(folder))}"
        )
    return sorted(set(wanted))


def examine(
    course: Course, student: str, assignment: str, *, for_kernel: bool = False
) -> Submission:
    """Read a submission without running anything of it.

    Args:
        course: the course.
        student: whose it is.
        assignment: the assignment.
        for_kernel: nbgrader itself will run it, and cannot begin with a damaged notebook.
    """
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        problem = _no_text(sys.getfilesystemencoding())
        return Submission(student, assignment, "", problem, recorded=False)
    folder = course.submitted(student, assignment)
    try:
        if folder.is_symlink():
            problem = f"{folder} is a symbolic link, perhaps to another's work; put the folder itself there"
            return Submission(student, assignment, "", problem, recorded=False)
        _, note = read_timestamp(folder)
        digest = digest_of(folder)
        fault = _problem(folder, assignment, for_kernel)
    except OSError as error:
        remedy = (
            f"run: chmod -R u+rX {quote(str(folder))}"
            if isinstance(error, PermissionError)
            else f"see what is there: ls -la {quote(str(folder))}"
        )
        problem = f"{path_of(error) or folder} cannot be read ({error.strerror or error}); {remedy}"
        return Submission(student, assignment, "", problem, recorded=False)
    return Submission(student, assignment, digest, fault, notes=() if note is None else (note,))


def _no_text(encoding: str) -> str:
    """Why a folder's name is no text for us, where names are read in this encoding."""
    if encoding.lower() not in ("utf-8", "utf8"):
        return f"the folder's name cannot be read as {encoding}; run again with LC_ALL=C.UTF-8"
    return "the folder's name is not UTF-8, so the gradebook cannot hold it; rename the folder"


def strays(course: Course, assignment: str, wanted: Sequence[str] | None) -> list[str]:
    """What lies in `submitted` where no hand-in is looked for, one line each.

    A student's folder may hold other assignments of the course, and files that are no notebooks.

    Args:
        course: the course.
        assignment: the assignment that is graded.
        wanted: only in the folders of these students; None for all.
    """
    known = course.assignments()
    expected = f"expected submitted/STUDENT/{assignment}/{assignment}.ipynb"
    lines = []
    for entry in visible(course.root / "submitted"):
        if wanted is not None and entry.name not in wanted:
            continue
        shown = entry.relative_to(course.root)
        try:
            if entry.is_dir():
                found = [path for path in visible(entry) if _is_stray(path, known)]
            else:
                found = [entry] if entry.suffix == ".ipynb" else []
        except OSError as error:
            lines.append(
                f"not taken as a submission: {shown}: it cannot be read ({error.strerror}); "
                f"run: chmod -R u+rX {quote(str(entry))}"
            )
            continue
        lines += [
            f"not taken as a submission: {path.relative_to(course.root)}: {expected}"
            for path in found
        ]
    return lines


def _is_stray(path: Path, known: Collection[str]) -> bool:
    """Whether something in a student's folder may be a hand-in that went to the wrong place."""
    if path.is_dir():
        return path.name not in known
    return path.name in known or path.suffix == ".ipynb"


def digest_of(folder: Path, without: Collection[str] = ()) -> str:
    """The digest of the files in a folder, leaving out what has such a name or suffix."""
    digest = hashlib.sha256()
    for name, path in sorted(_files(os.fsencode(folder), b"", without)):
        if os.path.islink(path):
            content = b"link:" + os.readlink(path)
            digest.update(b"%b\0%d\0%b" % (name, len(content), content))
            continue
        with open(path, "rb") as file:
            digest.update(b"%b\0%d\0" % (name, os.fstat(file.fileno()).st_size))
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


def _files(folder: bytes, under: bytes, without: Collection[str]) -> Iterator[tuple[bytes, bytes]]:
    """Relative name and path of the files and links below a folder; silent about nothing that it cannot read.

    In bytes: names need not be text. This is done for every student on every run, so no `Path`.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            name = os.fsdecode(entry.name)
            if name in without or os.path.splitext(name)[1] in without:
                continue
            relative = under + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, relative + b"/", without)
            elif entry.is_symlink() or entry.is_file():
                yield relative, entry.path


def read_timestamp(folder: Path) -> tuple[datetime | None, str | None]:
    """When the folder was handed in, as UTC, if that is known; and a note if it should be but is not.

    nbgrader itself stops with an AttributeError on a timestamp that it cannot read.
    """
    path = folder / TIMESTAMP_FILE
    if not path.is_file():
        return None, None
    try:
        if path.is_symlink():
            return None, _left_aside("it is a symbolic link")
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST_DATE).strip()
        if text:
            return _date(text), None
        cause = "it is empty"
    except (ValueError, OverflowError, TypeError, AttributeError, OSError):
        cause = "it holds no date"
    return None, _left_aside(cause)


@lru_cache(maxsize=64)
def _date(text: str) -> datetime:
    from nbgrader.utils import parse_utc  # slow to import

    date: datetime = parse_utc(text)
    return date


def _left_aside(cause: str) -> str:
    return f"{TIMESTAMP_FILE} was left aside: {cause}. If the hand-in was late, note it in the gradebook"


def _problem(folder: Path, assignment: str, for_kernel: bool) -> str | None:
    """Why this submission cannot be graded, as far as its files tell, or None."""
    path = folder / f"{assignment}.ipynb"
    if path.is_symlink():
        return f"{path.name} is a symbolic link; put the notebook itself in its place"
    if not for_kernel:
        return None  # what else may be wrong with it, the graft mends or tells
    if not path.is_file():
        others = sorted(other.name for other in folder.glob("*.ipynb"))
        found = (
            f"there is {' and '.join(others)}, which may be it" if others else "hand it in again"
        )
        return f"{path.name} is missing; {found}"
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        return (
            f"{path.name} is larger than {MAX_NOTEBOOK_BYTES / 1e6:.0f} MB; clear its outputs "
            f"(jupyter nbconvert --clear-output --inplace {quote(path.name)})"
        )
    fault = _unreadable(path)
    return None if fault is None else f"{path.name} {fault}; hand it in again"


def _unreadable(path: Path) -> str | None:
    """What is wrong with the file as a notebook, or None."""
    content = path.read_bytes()
    if not content.strip():
        return "is empty"
    try:
        notebook = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"is damaged: it is not UTF-8 text (at byte {error.start})"
    except json.JSONDecodeError as error:
        cut = error.pos >= len(content.decode("utf-8").rstrip()) - 1 or "Unterminated" in error.msg
        cause = "it was cut off" if cut else error.msg
        return f"is damaged: {cause} (at line {error.lineno})"
    except RecursionError:
        return "is damaged: it is nested too deeply"
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return "is no notebook: it has no list of cells"
    if notebook.get("nbformat") != 4:
        return f"is of notebook format {notebook.get('nbformat')!r}, not 4"
    for number, cell in enumerate(notebook["cells"], start=1):
        if not _is_cell(cell):
            return f"is damaged: what should be cell number {number} is none"
    return None


def _is_cell(value: Any) -> bool:
    """Whether this has what every cell has; without it nbgrader stops with an error of its own."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("cell_type"), str)
        and isinstance(value.get("metadata"), dict)
        and isinstance(value.get("source"), str | list)
    )


def copied_cells(path: Path) -> list[str]:
    """The grade_ids that more than one cell of a readable notebook has; nbgrader stops at them."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    counts = Counter(grade_id for cell in cells if (grade_id := grade_id_of(cell)) is not None)
    return sorted(name for name, count in counts.items() if count > 1)


def grade_id_of(cell: Any) -> str | None:
    """nbgrader's name of a cell, if it has one. Believes nothing about the cell's form."""
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else None
