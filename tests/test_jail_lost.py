"""The jail's fork server may be killed at any moment: an honest student keeps every point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.bench import Bench
from grader.course import Course
from grader.course_secret import ensure_secret
from grader.given_folder import PREFIX, given_folder
from grader.jail.bubblewrap import JailError
from grader.jail.child import Child
from grader.jail.limits import Limits
from grader.nbgrader_course import nbgrader_for
from grader.parcels import Kit, make_kit, read_parcel
from grader.reading import read_items
from grader.submissions import examine
from testcases import load_assignment
from tests.classroom import NAME, copy_of
from tests.fault_support import hand_in_few
from tests.jail_support import NO_BWRAP, descendants, has_bwrap

pytestmark = pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Course:
    """A course in which a few have handed in. Not to be changed."""
    course = copy_of(released_course_template, tmp_path_factory.mktemp("lost") / "course")
    hand_in_few(course)
    return course


@pytest.fixture(scope="module")
def kit(course: Course) -> Kit:
    """What a bench needs for it."""
    with nbgrader_for(course) as nbgrader:
        assignment, secret = load_assignment(NAME), ensure_secret(course)
        return make_kit(course, assignment, nbgrader, secret, Limits(), "basis")


@pytest.fixture(scope="module")
def bench(kit: Kit) -> Iterator[Bench]:
    """A bench of one's own."""
    bench = Bench(kit)
    yield bench
    bench.close()


def kill_server(bench: Bench) -> None:
    """End the server, as a memory shortage would: the process that forks, not the one around it."""
    server = bench._jail.process
    assert server is not None
    below = sorted(descendants(server.pid))
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in below}
    os.kill(next(pid for pid in below if not words[pid].startswith(b"bwrap")), signal.SIGKILL)
    server.wait(30)


def _in_the_middle(method: str, calls: int) -> Callable[[pytest.MonkeyPatch, Bench], None]:
    def arm(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
        original, left = getattr(Child, method), [calls]

        def with_death(self: Child, *arguments: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                kill_server(bench)
            return original(self, *arguments)

        monkeypatch.setattr(Child, method, with_death)

    return arm


@pytest.mark.parametrize(
    "arm",
    [
        pytest.param(lambda monkeypatch, bench: kill_server(bench), id="before it begins"),
        pytest.param(_in_the_middle("cell", 1), id="at the first cell"),
        pytest.param(_in_the_middle("cell", 6), id="at a later cell"),
        pytest.param(_in_the_middle("snapshot", 2), id="at a test cell"),
        pytest.param(_in_the_middle("observe_all", 1), id="at the first call"),
        pytest.param(_in_the_middle("observe_all", 10), id="at the last call"),
        pytest.param(_in_the_middle("close", 1), id="at the end"),
    ],
)
def test_killed_server_costs_nobody_a_point(
    bench: Bench,
    course: Course,
    kit: Kit,
    arm: Callable[[pytest.MonkeyPatch, Bench], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The submission is run again from its beginning in a new jail, to the same bytes."""
    parcel = read_parcel(course.submitted("ada", NAME), kit, examine(course, "ada", NAME))
    expected = bench.run(parcel)
    with monkeypatch.context() as patch:
        arm(patch, bench)
        found = bench.run(parcel)
    assert found == expected
    readings = read_items(found.told, load_assignment(NAME).items)
    assert sum(reading.score or 0 for reading in readings.values()) == 90


def test_bench_recovers_after_a_jail_that_could_not_be_set_up(
    bench: Bench, course: Course, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One submission is not graded, and says why; the next one has a jail again."""
    parcel = read_parcel(course.submitted("ada", NAME), kit, examine(course, "ada", NAME))
    expected = bench.run(parcel)
    kill_server(bench)
    with monkeypatch.context() as patch:
        patch.setattr("grader.jail.server_process.BWRAP", "no-such-bwrap")
        with pytest.raises(JailError, match="does not start"):
            bench.run(parcel)
    assert bench.run(parcel) == expected


def test_folder_of_a_killed_worker_goes_and_that_of_a_living_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes next clears up what cannot clear up after itself."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    (left / "data.mat").touch()
    with given_folder() as mine, given_folder() as another:
        assert not left.exists()
        assert mine.is_dir()
        assert another.is_dir()
    assert list(tmp_path.iterdir()) == []
