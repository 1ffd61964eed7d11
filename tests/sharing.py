"""Support for tests: what is made once, however many processes run the tests (pytest-xdist)."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What `make` makes: whoever wants it first makes it, the others wait for it. Do not change it.

    Args:
        factory: pytest's own.
        name: what it is called; no two things may have the same name.
        make: is given a new folder; what it returns must be picklable.
    """
    with in_turn(factory, name) as place:
        folder, result = place / "made", place / "result"
        if not result.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of somebody who failed
            folder.mkdir()
            result.write_bytes(pickle.dumps(make(folder)))
        made: Made = pickle.loads(result.read_bytes())  # noqa: S301  our own
    return made


@contextmanager
def in_turn(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Wait until no other process is at this; gives a folder that all of them share."""
    top = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        top = top.parent  # every process has a folder of its own in it
    place = top / f"once-{name}"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield place
        finally:
            # Not left to closing: a process that was forked meanwhile holds the file open as well.
            fcntl.flock(lock, fcntl.LOCK_UN)
