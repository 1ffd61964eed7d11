"""A run may be killed or interrupted, or the disk be full, at any step of recording: a second run ends as if nothing had been."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course
from grader.parcels import Graded
from testcases.regularization.answers import COST
from tests.classroom import cell_of, copy_of, edit, notebook_of
from tests.fault_support import ROOT, Undisturbed, grade_here, run_here, undisturbed
from tests.jail_support import NO_BWRAP, has_bwrap
from tests.kill_everywhere import Task

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Undisturbed:
    """The class, graded without any disturbance."""
    return undisturbed(tmp_path_factory, released_course_template)


def handed_in_again(course: Course) -> None:
    """One has another score now, one cannot be read any more, one is new, of one nothing changed."""
    edit(course, "bob", lambda notebook: cell_of(notebook, COST).update(source="pass"))
    notebook_of(course, "differs").write_text("{")
    for folder in (course.root / "submitted", course.root / "autograded"):
        for name in ("ada", "cut-off", "empty", "fatal", "gil"):
            shutil.rmtree(folder / name)
    shutil.copytree(course.root / "submitted" / "hal", course.root / "submitted" / "new")


@pytest.mark.parametrize(("how", "force"), [("kill", True), ("interrupt", True), ("full", False)])
def test_any_step_of_recording_may_be_the_last(
    calm: Undisturbed, how: str, force: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step is broken off: same lines, notebooks, rows after a second run, and no leftovers."""
    before = copy_of(calm.graded, tmp_path / "before")
    handed_in_again(before)
    after = copy_of(before, tmp_path / "after")
    graded: dict[str, Graded] = {}

    def keep(*arguments: Any, **more: Any) -> Generator[tuple[Any, Any], None, None]:
        for parcel, outcome in run_here(*arguments, **more):
            graded[parcel.student] = outcome
            yield parcel, outcome

    grade_here(monkeypatch, keep)
    lines = tmp_path / "lines"
    arguments = ["--course-dir", str(after.root), "--jobs=1", "--json", str(lines), "--force"]
    assert main(["grade", *arguments]) == 1
    (tmp_path / "scratch").mkdir()
    task = Task(
        before.root,
        after.root,
        tmp_path / "scratch",
        graded,
        lines.read_text().splitlines(),
        force,
    )
    (tmp_path / "task").write_bytes(pickle.dumps(task))
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_everywhere", how, str(tmp_path / "task")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WRONG" not in done.stdout, done.stdout
    assert done.stdout.count("\n") > 25, done.stdout
