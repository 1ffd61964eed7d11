"""The first look at a cluster: waiting is said, and who cannot grade is named with the remedy."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader.cluster_workers
from grader.cli import main
from grader.course import Course
from tests.classroom import copy_of
from tests.cluster_support import Cluster, assert_as_on_one_machine, free_port
from tests.fault_support import ROOT, Run, Undisturbed, recorded, undisturbed, until
from tests.jail_support import NO_BWRAP, has_bwrap

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


def copy_of_package(folder: Path) -> Path:
    """The project's packages, to be changed."""
    for name in ("grader", "testcases"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_cluster_that_cannot_grade_is_refused_by_name(
    mine: Course,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No scheduler, no workers, another version, other tests, no bubblewrap, no such package: each is told."""
    monkeypatch.setattr(grader.cluster_workers, "CONNECT_SECONDS", 3)
    monkeypatch.setattr(grader.cluster_workers, "FIRST_WORKER_SECONDS", 3)

    def refusal(address: str = cluster.address) -> str:
        options = ["--course-dir", str(mine.root), "--scheduler", address]
        assert main(["grade", *options]) == 1
        error = capsys.readouterr().err
        assert f"Waiting for the scheduler at {address}, for up to 3 s ..." in error
        return error

    nobody = f"tcp://127.0.0.1:{free_port()}"
    assert f"Cannot grade on {nobody}: no scheduler answers there" in refusal(nobody)
    found = refusal()
    assert "Waiting for a first worker, for up to 3 s ..." in found
    assert "the scheduler has no workers" in found

    monkeypatch.setattr(grader.cluster_workers, "FIRST_WORKER_SECONDS", 60)
    other = copy_of_package(tmp_path / "other")
    with (other / "testcases" / "core" / "judge.py").open("a") as file:
        file.write("# edited here\n")
    worker = cluster.worker("other", PYTHONPATH=str(other))
    found = refusal()
    assert re.search(
        r"Cannot grade with worker tcp://127\.0\.0\.1:\d+ on \S+: its testcases/", found
    )
    assert "its testcases/ is another than here, so it would judge by other tests. Copy" in found
    assert "`pip install --force-reinstall --no-deps .`" in found
    assert found.endswith(" Or stop that worker.\n")
    _end(worker)

    init = other / "grader" / "__init__.py"
    init.write_text(init.read_text().replace('__version__ = "', '__version__ = "9.'))
    worker = cluster.worker("newer", PYTHONPATH=str(other))
    assert "it has version 9." in refusal()
    _end(worker)

    worker = cluster.worker("unjailed", PATH="/nowhere")
    assert (
        "it cannot set up a jail: bubblewrap is not installed. Install it: apt-get install bubblewrap."
        in refusal()
    )
    _end(worker)

    (tmp_path / "old" / "grader").mkdir(parents=True)
    (tmp_path / "old" / "grader" / "__init__.py").touch()
    cluster.worker("old", PYTHONPATH=str(tmp_path / "old"))
    found = refusal()
    assert "it cannot run this version of the grader (ImportError" in found
    assert "`pip install --force-reinstall --no-deps .`" in found
    assert recorded(mine) == 0


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    worker.wait(60)


def test_worker_that_dies_while_it_is_asked_costs_nothing_but_the_wait_for_another(
    mine: Course, calm: Undisturbed, cluster: Cluster, tmp_path: Path
) -> None:
    """The first look at the workers is no worse a moment to die than any other."""
    dying = copy_of_package(tmp_path / "dying")
    with (dying / "grader" / "cluster_workers.py").open("a") as file:
        file.write("\n\ndef fitness(kit):\n    import os\n    os._exit(1)\n")
    worker = cluster.worker("dying", PYTHONPATH=str(dying))
    run = Run(mine, tmp_path / "tmp", "--scheduler", cluster.address)
    until(lambda: worker.poll() is not None)
    until(lambda: "Waiting for a first worker, for up to 45 s ..." in run.has_said)
    cluster.worker("one")
    assert_as_on_one_machine(run, mine, calm)
    assert "Gone while being asked whether it can grade: 1 worker." in run.said
    assert "1 worker of the cluster can grade" in run.said


@pytest.mark.parametrize("what", ["scheduler", "first worker"])
def test_waiting_ends_with_an_interrupt(
    what: str, mine: Course, cluster: Cluster, tmp_path: Path
) -> None:
    """Nothing has been begun, so that there is nothing to finish, and no complaint about the cluster."""
    address = f"tcp://127.0.0.1:{free_port()}" if what == "scheduler" else cluster.address
    run = Run(mine, tmp_path / "tmp", "--scheduler", address)
    until(lambda: f"Waiting for {'the' if what == 'scheduler' else 'a'} {what}" in run.has_said)
    run.process.send_signal(signal.SIGINT)
    assert run.wait() == 128 + signal.SIGINT, run.said
    assert "Stopping: no submission has been begun" in run.said
    assert "Cannot" not in run.said
    assert "Traceback" not in run.said
    assert recorded(mine) == 0
