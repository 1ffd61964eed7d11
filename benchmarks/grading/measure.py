"""Running a command and measuring what it and all its descendants take."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
#: Seconds between two looks at the processes.
_INTERVAL = 0.05


@dataclass(frozen=True)
class Run:
    """What a command took."""

    #: Seconds by the clock, from its start to its end.
    seconds: float
    #: Processor seconds of it and all its descendants; None where there is no cgroup to count them.
    cpu: float | None
    #: Largest resident memory of one process of each kind, in MB.
    memory: dict[str, float]
    #: Seconds by the clock at which each submission was recorded, since the first one was.
    recorded: list[float]

    @property
    def rate(self) -> float:
        """Submissions a second between the first and the last one recorded."""
        return (len(self.recorded) - 1) / max(self.recorded[-1], 1e-9)

    def latency(self, percent: float, jobs: int) -> float:
        """Milliseconds that a submission takes, in one of so many jobs."""
        steps = sorted(b - a for a, b in zip(self.recorded, self.recorded[1:], strict=False))
        if jobs == 1:
            return 1e3 * steps[min(len(steps) - 1, int(percent / 100 * len(steps)))]
        # With several at work, one is recorded every 1/jobs of the time that it takes.
        windows = [
            b - a for a, b in zip(self.recorded, self.recorded[jobs:], strict=False)
        ] or steps
        return 1e3 * sorted(windows)[min(len(windows) - 1, int(percent / 100 * len(windows)))]


def run(command: Sequence[str], folder: Path, recorded: Path) -> Run:
    """Run a command in a folder.

    Args:
        command: what to run; it must succeed, or end with exit code 1 (somebody needs attention).
        folder: where.
        recorded: the folder in which a folder per submission appears as it is recorded.
    """
    with _Group() as group, (folder / "benchmark.log").open("ab") as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=folder, stdout=log, stderr=log, preexec_fn=group.enter
        )
        watch = _Watch(process.pid)
        code = process.wait()
        seconds = time.perf_counter() - begun
        watch.end()
        cpu = group.cpu()
    if code not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {code}; see {folder}/benchmark.log")
    times = sorted(
        path.stat().st_mtime_ns / 1e9 for path in recorded.glob("*/regularization/*.ipynb")
    )
    return Run(seconds, cpu, watch.memory(), [at - times[0] for at in times])


class _Group:
    """A cgroup that counts processor time, if this machine lets us make one."""

    def __init__(self) -> None:
        name = f"grader-benchmark-{os.getpid()}"
        self._folder: Path | None = None
        for place in (_CGROUPS / "cpuacct", _CGROUPS):
            if (place / "cgroup.procs").exists() and os.access(place, os.W_OK):
                self._folder = place / name
                break

    def __enter__(self) -> _Group:
        if self._folder is not None:
            self._folder.mkdir(exist_ok=True)
            self._before = self._read()
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            for _try in range(50):
                try:
                    self._folder.rmdir()
                    return
                except OSError:  # its last process is just going
                    time.sleep(0.1)

    def enter(self) -> None:
        """In the child, before the command begins."""
        if self._folder is not None:
            (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def _read(self) -> float:
        assert self._folder is not None
        usage = self._folder / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) / 1e9
        fields = (self._folder / "cpu.stat").read_text().split()
        return int(fields[fields.index("usage_usec") + 1]) / 1e6

    def cpu(self) -> float | None:
        """Processor seconds so far."""
        return None if self._folder is None else self._read() - self._before


class _Watch:
    """Looks at a process and its descendants now and then, and remembers their largest size."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._largest: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def memory(self) -> dict[str, float]:
        """Kind of process → MB."""
        return self._largest

    def _look(self) -> None:
        while not self._over.wait(_INTERVAL):
            parents = _parents()
            known = {self._pid}
            for pid in sorted(parents):
                if parents[pid] in known:
                    known.add(pid)
            for pid in known:
                self._note(pid)

    def _note(self, pid: int) -> None:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), None)
        if peak is not None:
            kind = _kind(command, pid == self._pid)
            size = int(peak.split()[1]) / 1024
            self._largest[kind] = max(size, self._largest.get(kind, 0.0))


def _parents() -> dict[int, int]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(folder.name)] = int(fields[1])
    return found


def _kind(command: bytes, is_first: bool) -> str:
    if is_first:
        return "command"
    if b"ipykernel" in command:
        return "kernel"
    if b"/jail/inside.py" in command and b"bwrap" not in command:
        return "jail"
    return "worker" if b"spawn_main" in command else "other"
