"""Writing files so that nobody ever sees half of one, what is no file is left in place, and no course is harmed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from .course import CONFIG_FILE, GRADEBOOK_FILE, Course
from .errors import GraderError, UsageError

#: A results file is never written below these folders of a course: what lies there is work or source.
_KEPT_FOLDERS = (
    *("source", "release", "submitted", "autograded", "feedback"),
    *("testcases", "grader", ".git"),
)
#: Nor over these.
_KEPT_FILES = {
    CONFIG_FILE: "the course's configuration",
    GRADEBOOK_FILE: "the course's gradebook",
}
#: What SQLite keeps beside a database, under the same name with this behind it.
_BESIDE_SQLITE = ("-journal", "-wal", "-shm")
_SQLITE = b"SQLite format 3\0"


def write_atomically(path: Path, text: str | Iterable[str], private: bool = False) -> None:
    """Write a file, from a text or from pieces of one, so that nobody ever sees half of it.

    An old one's permissions stay. A new one that is private is for its owner's eyes only.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        mode = 0o600 if private else 0o666  # less what the umask takes away
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
        if path.is_file() and not path.is_symlink():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def check_writable(
    path: Path, course: Course, db: str | None = None, *, stdout: bool = True
) -> None:
    """Make sure that `path` can be written, and may be: better to know before an hour of work than after.

    Args:
        path: what the user named.
        course: the course, of which nothing is to be overwritten.
        db: address of the gradebook, if it is not the course's own.
        stdout: whether - stands for standard output here.

    Raises:
        UsageError: it is a folder, or there is no folder for it, or it is part of the course.
        GraderError: there is no permission.
    """
    if (kept := _kept(path.resolve(), course, db)) is not None:
        raise UsageError(
            f"Cannot write results to {path}: it is {kept}, where no results belong. Name another file."
        )
    if _is_no_file(path):
        place = path
    else:
        place = path.resolve().parent
        if path.is_dir() or not place.is_dir():
            raise UsageError(
                f"Cannot write results to {path}: it is a folder, or lies in one that does not "
                f"exist. Name a file{', or - for standard output' if stdout else ''}."
            )
    if not os.access(place, os.W_OK):
        raise GraderError(
            f"Cannot write results to {path}: no permission to write into {place}. Name another file."
        )


def write_anywhere(
    path: Path, lines: Iterable[str], so_far: str = "", private: bool = False
) -> None:
    """Write to what the user named: to a file at once, through a link, or into a pipe or a device.

    Args:
        path: what the user named.
        lines: what is written.
        so_far: a sentence on what the failing of this leaves in place, for the message.
        private: whether a new file is for its owner's eyes only.

    Raises:
        GraderError: it cannot be written, or is a database.
    """
    if _is_sqlite(path):  # made since `check_writable` looked
        raise GraderError(
            f"Cannot write results to {path}: it is a SQLite database, such as a gradebook, which would "
            f"be lost. Run the command again with another file. {so_far}".rstrip()
        )
    try:
        if _is_no_file(path):
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines)
        else:
            write_atomically(path.resolve(), lines, private)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GraderError(
            f"Cannot write results to {path}: {error.strerror or error}. Make room there, or run the "
            f"command again with another file. {so_far}".rstrip()
        ) from error


def _kept(target: Path, course: Course, db: str | None) -> str | None:
    """What a file without links is to the course, if it must not be overwritten; None if it may be."""
    from testcases.secret import SECRET_FILE  # NumPy, which no command needs to refuse a slip

    database = _database_of(target)
    for name, what in {**_KEPT_FILES, SECRET_FILE: "the course's secret"}.items():
        if (course.root / name).resolve() in (target, database):
            return what
    for name in _KEPT_FOLDERS:
        folder = course.root / name
        if target.is_relative_to(folder.resolve()):
            return f"in the course's folder {name}/"
    if target.suffix == ".jsonl" and target.parent == (course.root / "reports").resolve():
        return "among what reports keep to compare the next one with"
    if db is not None and db.startswith("sqlite:"):
        # An address may go on behind the file.
        name = db.partition("///")[2].partition("?")[0]
        if name and Path(name).resolve() in (target, database):
            return "the gradebook"
    if _is_sqlite(target) or _is_sqlite(database):
        return "a SQLite database, such as a gradebook"
    return None


def _database_of(target: Path) -> Path:
    """The database beside which SQLite would keep this file; else the file itself."""
    for ending in _BESIDE_SQLITE:
        if target.name.endswith(ending):
            return target.with_name(target.name.removesuffix(ending) or target.name)
    return target


def _is_sqlite(path: Path) -> bool:
    """Whether it is a database, whatever its name: the configuration may name any."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:  # who may not read it is told why when writing
        return False


def _is_no_file(path: Path) -> bool:
    """Whether there is something that must be written into, not replaced: a pipe, a device."""
    return path.exists() and not path.is_file() and not path.is_dir()
