"""Grading on a real Dask cluster: the same lines, whichever workers die; and clear words when it cannot be done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import grader.batch
import grader.cluster
from grader.cli import main
from grader.course import Course
from grader.given_folder import PREFIX
from tests.classroom import copy_of
from tests.cluster_support import Cluster, assert_as_on_one_machine
from tests.fault_support import (
    Run,
    Undisturbed,
    in_gradebook,
    recorded,
    undisturbed,
    until,
    written,
)
from tests.jail_support import NO_BWRAP, descendants, has_bwrap

pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Undisturbed:
    """The class, graded without any disturbance, by this machine alone."""
    return undisturbed(tmp_path_factory, released_course_template)


@pytest.fixture
def mine(calm: Undisturbed, tmp_path: Path) -> Course:
    """A course of one's own in which everybody has handed in."""
    return copy_of(calm.handed_in, tmp_path / "course")


def test_killed_worker_costs_no_result(
    mine: Course, calm: Undisturbed, cluster: Cluster, tmp_path: Path
) -> None:
    """Two workers, one is killed in the middle: every line as on one machine, and nothing survives it."""
    one, other = cluster.worker("one"), cluster.worker("other")
    run = Run(mine, tmp_path / "tmp", "--scheduler", cluster.address)
    until(lambda: recorded(mine) >= 1)
    jails = descendants(other.pid)
    other.kill()
    other.wait(60)
    assert_as_on_one_machine(run, mine, calm)
    until(lambda: not [pid for pid in jails if Path(f"/proc/{pid}").exists()])
    assert jails
    # The other one keeps its jail for the next run, and takes it along when it ends.
    again = Run(mine, tmp_path / "tmp", "--scheduler", cluster.address, "--force")
    assert_as_on_one_machine(again, mine, calm)
    jails = descendants(one.pid)
    assert sum(b"inside.py" in _words(pid) and b"bwrap" in _words(pid)[:6] for pid in jails) == 2
    one.terminate()
    one.wait(60)
    until(lambda: not [pid for pid in jails if Path(f"/proc/{pid}").exists()])


def _words(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def watch_parcels(monkeypatch: pytest.MonkeyPatch, strike: Callable[[], None]) -> list[int]:
    """How many parcels were on their way, each time that one was sent out. Strikes after the second."""
    work, under_way, back = grader.batch.run_on_cluster, list[int](), [0]

    def counted(parcels: Iterator[Any]) -> Iterator[Any]:
        for number, parcel in enumerate(parcels, start=1):
            under_way.append(number - back[0])
            yield parcel

    def run(address: str, kit: Any, parcels: Iterator[Any], **more: Any) -> Iterator[Any]:
        for pair in work(address, kit, counted(parcels), **more):
            back[0] += 1
            yield pair
            if back[0] == 2:
                strike()

    monkeypatch.setattr(grader.batch, "run_on_cluster", run)
    return under_way


def test_without_any_worker_left_it_ends_and_can_be_taken_up(
    mine: Course,
    calm: Undisturbed,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was recorded stands, the error says what to do, and a second run completes the class."""
    worker = cluster.worker("one")
    monkeypatch.setattr(grader.cluster, "_ALONE_SECONDS", 1.0)

    under_way = watch_parcels(monkeypatch, worker.kill)
    options = ["--course-dir", str(mine.root), "--scheduler", cluster.address]
    assert main(["grade", *options]) == 1
    assert max(under_way) <= grader.cluster._AHEAD
    error = capsys.readouterr().err
    assert f"Cannot go on grading on {cluster.address}: all its workers have gone" in error, error
    assert "run the same command again: what is recorded is kept" in error
    assert 2 <= recorded(mine) < 8
    assert not [name for name in written(mine) if "/." in name]
    cluster.worker("another")
    assert_as_on_one_machine(
        Run(mine, tmp_path / "tmp", "--scheduler", cluster.address), mine, calm
    )
    assert len(list((tmp_path / "cluster").glob(f"{PREFIX}*"))) == 1  # the living one's


def test_several_in_a_task_come_out_as_each_alone(
    mine: Course,
    calm: Undisturbed,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """How many travel together does not show."""
    monkeypatch.setattr(grader.cluster, "_GROWING", 1)
    cluster.worker("one")
    lines = tmp_path / "lines.jsonl"
    options = ["--course-dir", str(mine.root), "--scheduler", cluster.address]
    assert main(["grade", *options, "--json", str(lines)]) == 1
    assert lines.read_text() == calm.lines
    assert in_gradebook(mine) == in_gradebook(calm.graded)


def test_one_fault_in_a_task_touches_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a submission that cannot be graded, the others of its task are."""

    def work(parcel: Any, kit: Any) -> Any:
        if parcel == "second":
            raise OSError("no room")
        return parcel.upper()

    monkeypatch.setattr(grader.cluster, "difference", lambda kit: None)
    monkeypatch.setattr(grader.cluster, "bench_for", lambda kit: None)
    monkeypatch.setattr(grader.cluster, "work", work)
    kit: Any = None
    parcels: Any = ("first", "second", "third")
    first, second, third = grader.cluster._work(parcels, kit)
    assert (first, third) == ("FIRST", "THIRD")
    assert isinstance(second, OSError)


def test_worker_that_comes_back_has_all_it_needs(
    mine: Course, calm: Undisturbed, cluster: Cluster, tmp_path: Path
) -> None:
    """The only worker dies and another one takes its place: the kit did not die with it."""
    worker = cluster.worker("one")
    run = Run(mine, tmp_path / "tmp", "--scheduler", cluster.address)
    until(lambda: recorded(mine) >= 2)
    worker.kill()
    cluster.worker("another")
    assert_as_on_one_machine(run, mine, calm)


def test_scheduler_that_goes_is_told(mine: Course, cluster: Cluster, tmp_path: Path) -> None:
    """No waiting for ever: the run ends with a clear error, and what was recorded stands."""
    cluster.worker("one")
    run = Run(mine, tmp_path / "tmp", "--scheduler", cluster.address)
    until(lambda: recorded(mine) >= 2)
    cluster.scheduler.send_signal(signal.SIGKILL)
    assert run.wait() == 1
    assert f"Cannot go on grading on {cluster.address}: the scheduler has gone" in run.said
    assert "Traceback" not in run.said
    assert recorded(mine) >= 2
