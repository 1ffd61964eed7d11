"""Writing files so that nobody ever sees half of one, and so that what is no file is left in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from .errors import GraderError, UsageError


def write_atomically(path: Path, text: str | Iterable[str]) -> None:
    """Write a file, from a text or from pieces of one, so that nobody ever sees half of it.

    An old one's permissions stay.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
        if path.is_file() and not path.is_symlink():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Make sure that `write_anywhere` can succeed: better to know before an hour of work than after.

    Raises:
        UsageError: it is a folder, or there is no folder for it.
        GraderError: there is no permission.
    """
    if _is_no_file(path):
        place = path
    else:
        place = path.resolve().parent
        if path.is_dir() or not place.is_dir():
            raise UsageError(
                f"Cannot write results to {path}: it is a folder, or lies in one that does not "
                "exist. Name a file, or - for standard output."
            )
    if not os.access(place, os.W_OK):
        raise GraderError(
            f"Cannot write results to {path}: no permission to write into {place}. Name another file."
        )


def write_anywhere(path: Path, lines: Iterable[str]) -> None:
    """Write to what the user named: to a file at once, through a link, or into a pipe or a device.

    Raises:
        GraderError: it cannot be written.
    """
    try:
        if _is_no_file(path):
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines)
        else:
            write_atomically(path.resolve(), lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GraderError(
            f"Cannot write results to {path}: {error.strerror or error}. Run the command again with "
            "another file; what is graded already is not graded again."
        ) from error


def _is_no_file(path: Path) -> bool:
    """Whether there is something that must be written into, not replaced: a pipe, a device."""
    return path.exists() and not path.is_file() and not path.is_dir()
