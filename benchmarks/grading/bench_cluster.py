"""The same class on a Dask cluster of this machine: one worker against two.

Scheduler and recorder want a core, too. Where there are not four, a worker may be held to a share of
one, so that two of them leave room: then the machine is to a worker what a larger one would be.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from grader.course import Course

from .bench import _ours
from .classes import hand_in, new_course

SIZE = 200
PROMISED_RATIO = 1.7
_CORES_ENOUGH = 4
#: Of a core, for a worker and its jail.
SHARE = 0.6


def run_cluster() -> bool:
    """Throughput with one Dask worker and with two."""
    print(
        f"\ncluster: grader grade --scheduler, {SIZE} submissions, workers of one thread",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as name:
        course = new_course(Path(name) / "course")
        hand_in(course, SIZE)
        ratio = _ratio(course, Path(name), None, "all share what cores there are")
        if len(os.sched_getaffinity(0)) < _CORES_ENOUGH:
            words = f"a worker and its jail have {SHARE:.0%} of a core, the others the rest"
            ratio = _ratio(course, Path(name), SHARE, words)
    kept = ratio is not None and ratio >= PROMISED_RATIO
    word = "kept" if kept else "NOT KEPT" if ratio is not None else "NOT MEASURED"
    print(f"promise: two workers at least {PROMISED_RATIO} times one: {word}")
    return kept


def _ratio(course: Course, folder: Path, share: float | None, words: str) -> float | None:
    rates = {}
    try:
        for workers in (1, 2):
            with _cluster(workers, folder, share) as address:
                rates[workers] = _ours(course, 1, f"--scheduler={address}").rate
    except _NoSharesError as error:
        print(f"  {words}: cannot be set up here ({error})", flush=True)
        return None
    ratio = rates[2] / rates[1]
    print(
        f"  {words}:\n    one worker {rates[1]:.2f} a second, two {rates[2]:.2f}: "
        f"{ratio:.2f} times",
        flush=True,
    )
    return ratio


class _NoSharesError(Exception):
    """The kernel's control groups cannot be used here."""


@contextmanager
def _held(share: float | None) -> Iterator[Callable[[int], None]]:
    """What holds a process, and all that it starts from then on, to a share of one core."""
    if share is None:
        yield lambda pid: None
        return
    old = Path("/sys/fs/cgroup/cpu")
    group = (old if old.is_dir() else old.parent) / f"grader-{uuid.uuid4().hex[:8]}"
    period = 20_000
    try:
        group.mkdir()
        if old.is_dir():
            (group / "cpu.cfs_period_us").write_text(str(period))
            (group / "cpu.cfs_quota_us").write_text(str(int(share * period)))
        else:
            (group / "cpu.max").write_text(f"{int(share * period)} {period}")
    except OSError as error:
        with contextlib.suppress(OSError):
            group.rmdir()
        raise _NoSharesError(str(error)) from error
    try:
        yield partial(_join, group)
    finally:
        _remove(group)


def _join(group: Path, pid: int) -> None:
    (group / "cgroup.procs").write_text(str(pid))


def _remove(group: Path) -> None:
    """A control group goes when its last process has gone."""
    for _ in range(100):
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.1)
        else:
            return


@contextmanager
def _cluster(workers: int, folder: Path, share: float | None) -> Iterator[str]:
    """A scheduler and workers, as an operator starts them."""
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = str(Path(sys.executable).with_name("dask"))
    options = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [dask, "worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with ExitStack() as stack:
        log = stack.enter_context((folder / "dask.log").open("ab"))
        holds = [stack.enter_context(_held(share)) for _ in range(workers)]
        stack.callback(shutil.rmtree, folder / "dask-scratch-space", ignore_errors=True)

        def start(command: list[str]) -> int:
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process.pid

        start([dask, "scheduler", "--port", str(port), *options])
        time.sleep(3)
        for hold in holds:
            hold(start(worker))
        _wait_for(address, workers)
        yield address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
