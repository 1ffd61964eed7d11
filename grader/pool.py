"""Tasks over worker processes: results as they come, and nothing lost when a worker dies.

Workers are spawned, not forked, and live until all is done, so that a slow import is paid once. They
stand in process groups of their own: Ctrl-C reaches only the parent, which lets them finish what
they have begun. They end when the parent ends, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: For numeric libraries in workers and in what they start: one thread each, since there is one worker
#: per core already; and the same hash of a string in every run.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


def _nothing() -> None:
    """The setup of workers that need none."""


class WorkerDiedError(RuntimeError):
    """The process that worked on this task, and on nothing else, died."""


def run_all(
    function: Callable[[T], R],
    tasks: Iterable[T],
    jobs: int,
    output: Path,
    *,
    setup: Callable[[], None] = _nothing,
    stopping: Callable[[], bool] = bool,
) -> Generator[tuple[T, R | Exception], None, None]:
    """Call `function` on every task, `jobs` at a time; yield each with its result or its exception.

    Tasks are taken from the iterable no sooner than they are needed. If a worker dies, the tasks that
    were under way are tried again, one by one; the one whose worker dies again gets `WorkerDiedError`.

    Args:
        function: a module's function, or a partial of one.
        tasks: what to call it on.
        jobs: number of processes.
        output: file that takes whatever the workers, and what they start, print.
        setup: called once in every worker, before its first task.
        stopping: once it says so, no more tasks are begun; those under way are finished.
    """
    waiting = iter(tasks)
    begin = partial(_settle_in, str(output), setup)
    while suspects := (yield from _drain(function, waiting, jobs, begin, stopping)):
        for suspect in suspects:
            if (yield from _drain(function, iter([suspect]), 1, begin, stopping)):
                yield suspect, WorkerDiedError()


def _drain(
    function: Callable[[T], R],
    waiting: Iterator[T],
    jobs: int,
    begin: Callable[[], None],
    stopping: Callable[[], bool],
) -> Generator[tuple[T, R | Exception], None, list[T]]:
    """Work until nothing waits, or until a worker dies; the tasks that were under way then."""
    running: dict[Future[R], T] = {}
    _start_quiet_tracker()
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), begin)
    try:
        while True:
            # More than there are workers, so that none waits while we write to a disk.
            while len(running) < 2 * jobs and not stopping():
                try:
                    task = next(waiting)
                except StopIteration:
                    break
                try:
                    running[pool.submit(function, task)] = task
                except BrokenProcessPool:
                    return [*running.values(), task]
            if not running:
                return []
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if not isinstance(error, BrokenProcessPool):
                    task = running.pop(future)
                    yield task, future.result() if error is None else _as_exception(error)
            if any(future in running for future in done):
                return [*running.values()]
    except (KeyboardInterrupt, GeneratorExit):
        # Nobody takes the results any more: wait for none. Who calls us may have been interrupted
        # too, while it held a result; then we are closed.
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_quiet_tracker() -> None:
    """Start Python's tracker of semaphores, which goes on for a moment when we are killed.

    It removes what we leave behind, and need not warn on our terminal that it does.
    """
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _as_exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(repr(error))


def _settle_in(output: str, setup: Callable[[], None]) -> None:
    """First thing in a worker."""
    os.setpgid(0, 0)
    os.environ.update(_ENVIRONMENT)
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError:  # the disk may be full; no reason to give up
        descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    setup()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
