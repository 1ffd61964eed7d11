"""Processes killed, a full disk, a locked gradebook: no submission is lost, and a second run mends all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import grader.batch
import grader.database
from grader.cli import main
from grader.course import Course
from grader.given_folder import PREFIX, given_folder
from testcases.regularization.answers import COST
from tests.classroom import NAME, cell_of, copy_of, edit
from tests.fault_support import (
    NEVER_ENDS,
    Run,
    Undisturbed,
    grade_here,
    in_gradebook,
    recorded,
    run_here,
    undisturbed,
    until,
    written,
)
from tests.jail_support import NO_BWRAP, has_bwrap

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Undisturbed:
    """The class, graded without any disturbance."""
    return undisturbed(tmp_path_factory, released_course_template)


@pytest.fixture
def mine(calm: Undisturbed, tmp_path: Path) -> Course:
    """A course of one's own in which everybody has handed in."""
    return copy_of(calm.handed_in, tmp_path / "course")


def grade(course: Course, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and result lines of a run in this process."""
    target = course.root / "lines.jsonl"
    options = ["--course-dir", str(course.root), "--jobs", "1", "--json", str(target)]
    code = main(["grade", *options, *arguments])
    lines = map(json.loads, target.read_text().splitlines())
    return code, {line["student"]: line for line in lines}


def assert_as_if_nothing_had_been(course: Course, temporary: Path, calm: Undisturbed) -> None:
    """A run to the end leaves what an undisturbed one leaves, and nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        grade_here(patch)
        assert grade(course) == (1, {line["student"]: line for line in calm.parsed})
        patch.setattr("tempfile.tempdir", str(temporary))
        with given_folder() as mine:  # as any worker has one
            assert list(temporary.glob(f"{PREFIX}*")) == [mine]
    assert (course.root / "lines.jsonl").read_text() == calm.lines
    assert written(course) == written(calm.graded)
    assert in_gradebook(course) == in_gradebook(calm.graded)


def test_run_killed_again_and_again_ends_in_the_same_bytes(
    mine: Course, calm: Undisturbed, tmp_path: Path
) -> None:
    """After each kill -9 nothing is left running, and what was recorded is not done again."""
    for number in (1, 5):
        run = Run(mine, tmp_path / "tmp")
        until(lambda number=number: recorded(mine) >= number or run.process.poll() is not None)  # type: ignore[misc]  # noqa: B023
        run.process.kill()
        assert run.wait() == -signal.SIGKILL, run.said
        until(lambda: not run.processes())  # noqa: B023
        assert "resource_tracker" not in (tmp_path / "tmp" / "said").read_text()
    assert_as_if_nothing_had_been(mine, tmp_path / "tmp", calm)


def test_killed_processes_cost_a_retry_and_no_result(
    mine: Course, calm: Undisturbed, tmp_path: Path
) -> None:
    """A jail and a worker are killed in the middle of a run: no line and no notebook is another."""
    run = Run(mine, tmp_path / "tmp")
    until(lambda: recorded(mine) >= 1)
    os.kill(run.jails()[0], signal.SIGKILL)
    until(lambda: recorded(mine) >= 3)
    os.kill(run.workers()[0], signal.SIGKILL)
    assert run.wait() == 1, run.said
    assert run.lines == calm.lines
    assert written(mine) == written(calm.graded)
    assert in_gradebook(mine) == in_gradebook(calm.graded)
    until(lambda: not run.processes())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_begun_is_recorded_when_it_is_asked_to_end(
    mine: Course, calm: Undisturbed, number: signal.Signals, tmp_path: Path
) -> None:
    """Ctrl-C and SIGTERM end in order, with their own exit codes, and leave no draft."""
    run = Run(mine, tmp_path / "tmp", jobs=1)
    until(lambda: recorded(mine) >= 1)
    run.process.send_signal(number)
    assert run.wait() == 128 + number, run.said
    assert "Traceback" not in run.said
    assert 2 <= recorded(mine) < 8
    assert not [name for name in written(mine) if "/." in name]
    until(lambda: not run.processes())
    assert_as_if_nothing_had_been(mine, tmp_path / "tmp", calm)


def test_second_interrupt_waits_for_nobody(mine: Course, tmp_path: Path) -> None:
    """Ctrl-C twice ends a run whose submissions never end, and all that it has started."""
    for student in ("ada", "bob"):
        edit(mine, student, lambda notebook: cell_of(notebook, COST).update(source=NEVER_ENDS))
    run = Run(mine, tmp_path / "tmp", "--student", "ada", "bob")
    until(lambda: len(run.workers()) == 2 and run.jails())
    run.process.send_signal(signal.SIGINT)
    until(lambda: "what has been begun is finished first (2 submissions)" in run.has_said)
    run.process.send_signal(signal.SIGINT)
    assert run.wait() == 128 + signal.SIGINT, run.said
    assert "Traceback" not in run.said
    assert recorded(mine) == 0
    until(lambda: not run.processes())


def test_interrupt_that_is_ignored_from_the_start_stays_ignored(
    mine: Course, calm: Undisturbed, tmp_path: Path
) -> None:
    """A run that was started in the background is not ended by Ctrl-C in the terminal."""
    run = Run(mine, tmp_path / "tmp", interrupt=signal.SIG_IGN)
    until(lambda: recorded(mine) >= 1)
    run.process.send_signal(signal.SIGINT)
    assert run.wait() == 1, run.said
    assert "Stopping" not in run.said
    assert run.lines == calm.lines


@pytest.fixture
def small_disk(mine: Course) -> Iterator[Path]:
    """A file system of its own for `autograded/`, with room for a few."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    place = mine.root / "autograded"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", str(place)], check=False
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_full_disk_is_told_and_loses_nothing(
    mine: Course, calm: Undisturbed, small_disk: Path, tmp_path: Path
) -> None:
    """Whoever fits is recorded; the others' notes name the cause; with more room all is as ever."""
    run = Run(mine, tmp_path / "tmp")
    assert run.wait() == 1, run.said
    lines = [json.loads(line) for line in run.lines.splitlines()]
    lost = [line for line in lines if "No space left on device" in "".join(line["notes"])]
    assert 0 < len(lost) < len(lines) == 8, run.said
    assert all(line["status"] == "needs_attention" for line in lost)
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert_as_if_nothing_had_been(mine, tmp_path / "tmp", calm)


@pytest.fixture
def graded(calm: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A graded course of one's own, in which ada hands in again, and worse."""
    course = copy_of(calm.graded, tmp_path / "course")
    edit(course, "ada", lambda notebook: cell_of(notebook, COST).update(source="pass"))
    grade_here(monkeypatch)
    return course


class Locking:
    """Locks the gradebook as soon as a submission comes back from its jail."""

    def __init__(self, course: Course, kind: str) -> None:
        self._file, self._kind = course.gradebook, kind
        self.done = threading.Event()
        self._thread: threading.Thread | None = None
        self.locked = threading.Event()

    def _lock(self) -> None:
        with closing(sqlite3.connect(self._file, isolation_level=None)) as other:
            other.execute(f"BEGIN {self._kind}")
            self.locked.set()
            self.done.wait(60)
            other.execute("ROLLBACK")

    def run_all(self, *arguments: Any, **more: Any) -> Iterator[tuple[Any, Any]]:
        """As `run_here`."""
        for parcel, outcome in run_here(*arguments, **more):
            if self._thread is None:
                self._thread = threading.Thread(target=self._lock)
                self._thread.start()
                self.locked.wait(60)
            yield parcel, outcome

    def free(self) -> None:
        """Let the gradebook go."""
        self.done.set()
        if self._thread is not None:
            self._thread.join()


@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_lock_that_goes_is_waited_for(
    graded: Course, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes to the gradebook for a while: the submission is recorded after it."""
    locking = Locking(graded, kind)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            locking.free()

    grade_here(monkeypatch, locking.run_all)
    monkeypatch.setattr(grader.database.time, "sleep", wait)
    _, lines = grade(graded, "--student", "ada")
    locking.free()
    assert len(waits) >= 3
    assert (lines["ada"]["status"], lines["ada"]["score"]) == ("graded", 70)


@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_lock_that_stays_leaves_the_earlier_grade(
    graded: Course,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is waited for once, not for each of the class; the note says so, and a second run mends it."""
    before = in_gradebook(graded), written(graded)
    locking = Locking(graded, kind)
    waits: list[float] = []
    clock = [0.0]

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += 10.0

    grade_here(monkeypatch, locking.run_all)
    with monkeypatch.context() as patch:
        patch.setattr(grader.database.time, "sleep", wait)
        patch.setattr(grader.database.time, "monotonic", lambda: clock[0])
        code, lines = grade(graded, "--force")
    locking.free()
    assert code == 1
    assert len(lines) == 8
    assert len(waits) == grader.database.PATIENCE / 10.0 + 1
    for line in lines.values():
        assert line["status"] == "needs_attention"
        assert "not graded this time: the gradebook: database is locked" in line["notes"][0]
    if kind == "IMMEDIATE":
        assert "the earlier grade stands" in lines["ada"]["notes"][0]
        assert lines["ada"]["score"] == 90
    assert (in_gradebook(graded), written(graded)) == before
    assert "Traceback" not in capsys.readouterr().err
    _, lines = grade(graded)
    assert (lines["ada"]["status"], lines["ada"]["score"]) == ("graded", 70)
    assert lines["bob"]["status"] == "graded"


def test_what_an_unjailed_run_put_aside_does_not_come_back_later(graded: Course) -> None:
    """Killed without the jail, graded with it, then a fault: the newer grade stands, not the oldest."""
    folder = graded.autograded("ada", NAME)
    folder.rename(folder.with_name(f".{NAME}.before"))
    _, lines = grade(graded, "--student", "ada")
    assert lines["ada"]["score"] == 70
    folder.parent.chmod(0o755)
    assert [path.name for path in folder.parent.iterdir()] == [NAME]
    with closing(sqlite3.connect(graded.gradebook)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON grade BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        database.commit()
    _, lines = grade(graded, "--student", "ada", "--force")
    assert "the earlier grade stands" in lines["ada"]["notes"][0]
    assert lines["ada"]["score"] == 70


def test_score_that_was_lost_from_a_refused_notebook_is_set_again(graded: Course) -> None:
    """A hand-in that cannot be read has 0 points in the gradebook, whatever happened to the row."""
    with closing(sqlite3.connect(graded.gradebook)) as database:
        database.execute("UPDATE grade SET auto_score = 7 WHERE auto_score = 0")
        database.commit()
    _, lines = grade(graded, "--student", "cut-off")
    assert lines["cut-off"]["score"] == 0
