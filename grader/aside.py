"""Runs a whole notebook, training included, in a process of its own, while other things are done.

Training takes most of a minute on one core. Whoever begins it early has the result when it is wanted.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from .course import Course
from .errors import GraderError
from .notebooks import Notebook
from .progress import Progress
from .trial import Trial, run_notebook

#: Seconds that the process gets to stop its kernel, if nobody wants its result any more.
_PATIENCE = 10


class _Bar:
    """Reports to the parent, which shows a bar when it comes to wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def advance(self, note: str = "") -> None:
        self._connection.send(note)

    def close(self) -> None:
        """The result tells as much."""


def _run(connection: Connection, course: Course, folder: Path, notebook: Notebook) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(1)  # and not at once, so that the kernel and the scratch folder go as well

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it will end us
    connection.send(run_notebook(course, folder, notebook, _Bar(connection), everything=True))


@contextmanager
def running(course: Course, folder: Path, notebook: Notebook) -> Iterator[Callable[[], Trial]]:
    """Begin to run a notebook, all cells of it; what it gives waits for the result, once.

    The result raises GraderError if the process ended without one.

    Args:
        course: whose configuration and secret count.
        folder: the files that the notebook needs; it is not written to.
        notebook: what to run.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run, args=(theirs, course, folder, notebook), daemon=True)
    process.start()
    theirs.close()

    def result() -> Trial:
        bar = Progress("the whole notebook", len(notebook["cells"]))
        try:
            while not isinstance(said := ours.recv(), Trial):
                bar.advance(said)
        except EOFError:
            process.join()
            raise GraderError(
                f"Cannot run the whole notebook: its process ended with exit code {process.exitcode}. "
                "Run it in Jupyter to see where it stops."
            ) from None
        finally:
            bar.close()
        return said

    try:
        yield result
    finally:
        process.terminate()
        process.join(_PATIENCE)
        process.kill()
        ours.close()
