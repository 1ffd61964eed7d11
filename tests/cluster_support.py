"""Support for tests on a real Dask cluster: a scheduler and workers, as an operator starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from grader.course import Course
from tests.fault_support import ROOT, Run, Undisturbed, in_gradebook, until, written


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A scheduler and workers of one's own, as an operator starts them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.processes: list[subprocess.Popen[bytes]] = []
        port = self.address.rpartition(":")[2]
        options = ["--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show"]
        self.scheduler = self._start("scheduler", *options)
        until(self._answers)

    def _answers(self) -> bool:
        host, port = self.address.removeprefix("tcp://").split(":")
        with socket.socket() as probe:
            return probe.connect_ex((host, int(port))) == 0

    def _start(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        mine = {"PYTHONPATH": str(ROOT), "TMPDIR": str(self._folder)} | environment
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what, *options],
            cwd=self._folder,
            env={**os.environ, **mine},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def worker(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread that nobody starts anew."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name]
        return self._start("worker", self.address, *options, **environment)

    def close(self) -> None:
        """End all that is left of it."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
            process.wait(60)


def assert_as_on_one_machine(run: Run, course: Course, calm: Undisturbed) -> None:
    """It does not show who did the work."""
    assert run.wait() == 1, run.said
    assert "Traceback" not in run.said, run.said
    assert "grader: Cannot" not in run.said, run.said
    assert run.lines == calm.lines
    assert written(course) == written(calm.graded)
    assert in_gradebook(course) == in_gradebook(calm.graded)
    assert "distributed" not in run.said
