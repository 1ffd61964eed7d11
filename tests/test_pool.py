"""Worker processes: results as they come, in spite of tasks that fail, kill, or are interrupted."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.pool import WorkerDiedError, run_all


def work(task: str) -> str:
    """What the workers of these tests do."""
    if task == "fail":
        raise ValueError("no")
    if task == "die":
        os._exit(3)
    if task == "print":
        print("said on stdout", flush=True)
        os.write(2, b"said on stderr\n")
    if task == "threads":
        return os.environ["OMP_NUM_THREADS"]
    return task.upper()


def outcomes(tasks: list[str], jobs: int, folder: Path) -> dict[str, object]:
    """What came of each task."""
    return dict(run_all(work, tasks, jobs, folder / "output"))


def test_failing_task_does_not_touch_the_others(tmp_path: Path) -> None:
    """An exception comes back as the outcome of its own task."""
    found = outcomes(["a", "fail", "b", "threads"], 2, tmp_path)
    assert (found["a"], found["b"], found["threads"]) == ("A", "B", "1")
    assert isinstance(found["fail"], ValueError)


def test_dying_worker_loses_no_other_task(tmp_path: Path) -> None:
    """The task that kills its worker is told apart from those that were under way beside it."""
    tasks = ["a", "b", "die", "c", "d", "e", "f"]
    found = outcomes(tasks, 2, tmp_path)
    assert isinstance(found.pop("die"), WorkerDiedError)
    assert found == {task: task.upper() for task in tasks if task != "die"}


def test_what_workers_print_goes_to_a_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The terminal belongs to the progress bar."""
    outcomes(["print"], 1, tmp_path)
    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "output").read_text() == "said on stdout\nsaid on stderr\n"


def test_tasks_are_taken_only_as_they_are_needed(tmp_path: Path) -> None:
    """A long class does not pile up in a queue, so that little is lost by an interruption."""
    taken: list[str] = []

    def tasks() -> object:
        for number in range(20):
            taken.append(str(number))
            yield str(number)

    running = run_all(work, tasks(), 1, tmp_path / "output")  # type: ignore[arg-type]
    next(running)
    assert len(taken) < 5
    running.close()


def sleep(seconds: float) -> int:
    """A task that takes its time; its outcome is the worker's process id."""
    time.sleep(seconds)
    return os.getpid()


def test_who_is_closed_waits_for_no_worker(tmp_path: Path) -> None:
    """An interrupt that strikes while a result is being recorded ends the workers too."""
    running = run_all(sleep, [0.0, 600.0, 600.0], 2, tmp_path / "output")
    next(running)
    running.close()
    assert not multiprocessing.active_children()


def test_workers_work_without_a_file_to_print_to(tmp_path: Path) -> None:
    """A full disk may keep the log from being made; the work goes on."""
    assert dict(run_all(work, ["print"], 1, tmp_path / "no-folder" / "output")) == {
        "print": "PRINT"
    }


_PARENT = """
from pathlib import Path
from grader.pool import run_all
from tests.test_pool import sleep

if __name__ == "__main__":
    for _, pid in run_all(sleep, [0.0, 60.0], 1, Path("output")):
        print(pid, flush=True)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """A killed run leaves no process behind that would go on grading."""
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _is_running(worker):
        assert time.monotonic() < deadline, "the worker is still there"
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    """Whether there is such a process, other than one that has ended and waits to be noticed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
