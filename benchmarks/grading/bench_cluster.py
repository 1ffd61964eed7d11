"""The same class on a Dask cluster of this machine: one worker against two."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .bench import _ours
from .classes import hand_in, new_course

SIZE = 200
PROMISED_RATIO = 1.7
_PORT = 18786


def run_cluster() -> bool:
    """Throughput with one Dask worker and with two."""
    print(
        f"\ncluster: grader grade --scheduler, {SIZE} submissions, workers of one thread",
        flush=True,
    )
    rates = {}
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as name:
        course = new_course(Path(name) / "course")
        hand_in(course, SIZE)
        for workers in (1, 2):
            with _cluster(workers, Path(name)) as address:
                one = _ours(course, 1, f"--scheduler={address}")
            rates[workers] = one.rate
            print(
                f"  {workers} worker{'s' if workers > 1 else ' '}: {one.rate:6.2f} a second",
                flush=True,
            )
    ratio = rates[2] / rates[1]
    kept = ratio >= PROMISED_RATIO
    word = "kept" if kept else "NOT KEPT"
    print(f"promise: two workers at least {PROMISED_RATIO} times one: {ratio:.2f}, {word}")
    return kept


@contextmanager
def _cluster(workers: int, folder: Path) -> Iterator[str]:
    """A scheduler and workers, as an operator starts them."""
    address = f"tcp://127.0.0.1:{_PORT + workers}"
    dask = str(Path(sys.executable).with_name("dask"))
    log = (folder / "dask.log").open("ab")
    options = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [[dask, "scheduler", "--port", str(_PORT + workers), *options]]
    started += [
        [dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"]
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    processes = []
    try:
        for command in started:
            processes.append(
                subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
            )
            time.sleep(3)
        _wait_for(address, workers)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()
        log.close()
        shutil.rmtree(folder / "dask-scratch-space", ignore_errors=True)


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
