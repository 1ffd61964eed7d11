"""The folder autograded/: there, fit to be written to, and in the hands of one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from .errors import GraderError


def working_folder(folder: Path) -> Path:
    """A folder that can be written to, made if need be.

    Raises:
        GraderError: it cannot be made, or not be written to.
    """
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise GraderError(
            f"Cannot make folder {folder}: {error.strerror}. Move away what is in its place."
        ) from error
    except OSError as error:
        raise GraderError(
            f"Cannot make folder {folder}: {error.strerror}. Give yourself permission to write into "
            f"{folder.parent}, or work on a copy of the course."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise GraderError(
            f"Cannot write into {folder}: permission denied. Run: chmod u+rwx {quote(str(folder))}"
        )
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of the course while this one works; the system frees it if we are killed."""
    import fcntl  # other systems lack it

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GraderError(
            f"Cannot grade in {folder.parent}: another run is at work there. Wait until it is done."
        ) from None
    else:
        yield
    finally:
        os.close(descriptor)
