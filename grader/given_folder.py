"""A temporary folder that goes even if whoever made it is killed: the next one to come removes it.

A folder in use is locked. The system frees the lock when its process ends, however it ends, so a
folder without a lock belongs to nobody.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "grader-given-"
#: Until it is locked a folder has another name, so that nobody takes it for one that is left over.
_NEW = "grader-new-"


@contextmanager
def given_folder() -> Iterator[Path]:
    """An empty folder, removed at the end. Those that were left behind are removed first."""
    import fcntl  # other systems lack it

    _remove_left()
    new = Path(tempfile.mkdtemp(prefix=_NEW))
    descriptor = os.open(new, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        folder = new.rename(new.with_name(PREFIX + new.name.removeprefix(_NEW)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _remove_left() -> None:
    import fcntl

    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # it has just gone, or is another user's
        try:
            if os.fstat(descriptor).st_uid == os.geteuid():
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use
        finally:
            os.close(descriptor)
