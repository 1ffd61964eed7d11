"""`grader release`: the same bytes each time, whole or not at all, and nothing that should stay back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course, open_course
from grader.shipping import files_in, stale
from testcases import load_assignment
from testcases.secret import NO_SECRET, read_secret

from .conftest import REPOSITORY

NAME = "regularization"
SLOW = pytest.mark.slow


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def release(course: Course, *more: str) -> int:
    """Run `grader release` on a course."""
    return main(["release", "--course-dir", str(course.root), *more])


def notebook_path(course: Course) -> Path:
    """The instructor's notebook."""
    return course.source(NAME) / f"{NAME}.ipynb"


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a notebook file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def cell(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell of that grade_id."""
    return next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def submit(course: Course, student: str = "ada") -> None:
    """Hand in the release as it is."""
    folder = course.submitted(student, NAME)
    folder.mkdir(parents=True)
    source = course.release(NAME) / f"{NAME}.ipynb"
    (folder / f"{NAME}.ipynb").write_bytes(source.read_bytes())


def hide_environment(patch: pytest.MonkeyPatch) -> None:
    """A PATH as it is where nobody has activated our environment."""
    ours = str(Path(sys.executable).parent)
    folders = os.environ["PATH"].split(os.pathsep)
    patch.setenv("PATH", os.pathsep.join(folder for folder in folders if folder != ours))


@SLOW
def test_committed_release_is_current(released_course_template: Course) -> None:
    """What is in git under release/ is what `grader release` makes of what is under source/."""
    made = contents(released_course_template.release(NAME))
    folder = REPOSITORY / "release" / NAME
    committed = {str(path): (folder / path).read_bytes() for path in files_in(folder)}
    assert sorted(committed) == sorted(made)
    assert [path for path, raw in made.items() if committed[path] != raw] == []


def test_committed_copies_are_current() -> None:
    """What stands in git beside the notebook as a copy is the same as its original."""
    assert stale(open_course(REPOSITORY), load_assignment(NAME)) == []


@SLOW
def test_second_release_changes_no_byte(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Releasing again without a change in the source changes nothing, and says so."""
    before = contents(released_course.release(NAME))
    assert release(released_course) == 0
    assert contents(released_course.release(NAME)) == before
    assert "(unchanged)" in capsys.readouterr().out


@SLOW
def test_output_names_files_and_checks(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """The instructor reads where the release is, what is in it and what was made sure of."""
    assert release(released_course, NAME) == 0
    out = capsys.readouterr().out
    assert str(released_course.release(NAME)) in out
    for path in contents(released_course.release(NAME)):
        assert f"  {path} " in out
    assert "6 graded cells, 100 points" in out
    assert "no line of a solution, no function that students write, no hidden test" in out


@SLOW
def test_the_archive_holds_the_release(released_course: Course, tmp_path: Path) -> None:
    """--zip: what an LMS hands out unpacks to the release, in a folder of its own; the same bytes each time."""
    archives = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for archive in archives:
        assert release(released_course, "--zip", str(archive)) == 0
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as zipped:
        zipped.extractall(tmp_path / "unpacked")
    assert contents(tmp_path / "unpacked" / NAME) == contents(released_course.release(NAME))
    assert archives[0].stat().st_mode & 0o044 == 0o044


def test_an_archive_needs_a_place(released_course: Course, tmp_path: Path) -> None:
    """A folder that does not exist is said before anything is made."""
    before = contents(released_course.release(NAME))
    assert release(released_course, "--zip", str(tmp_path / "one.txt")) == 2
    assert not (tmp_path / "one.txt").exists()
    assert release(released_course, "--zip", str(tmp_path / "nowhere" / "one.zip")) == 2
    assert contents(released_course.release(NAME)) == before


@SLOW
def test_release_makes_the_secret(released_course: Course) -> None:
    """From the release on, plain nbgrader too draws hidden cases of this course's own; they then stay."""
    secret = read_secret(released_course.root)
    assert secret != NO_SECRET
    assert release(released_course) == 0
    assert read_secret(released_course.root) == secret


@SLOW
def test_files_can_be_handed_on(released_course: Course) -> None:
    """Everybody may read the released files, and only their owner may write them."""
    modes = {
        path.stat().st_mode & 0o777
        for path in released_course.release(NAME).rglob("*")
        if path.is_file()
    }
    assert modes == {0o644}


@SLOW
@pytest.mark.parametrize("options", [[], ["--force"]], ids=["fresh", "force"])
def test_plain_nbgrader_makes_the_same(
    released_course: Course, released_course_template: Course, options: list[str]
) -> None:
    """An instructor who types `nbgrader generate_assignment` gets the release that `grader` makes."""
    course, release_folder = released_course, released_course.release(NAME)
    if not options:
        shutil.rmtree(release_folder)
        course.gradebook.unlink()
    program = Path(sys.executable).parent
    done = subprocess.run(
        [program / "nbgrader", "generate_assignment", NAME, *options],
        cwd=course.root,
        env={**os.environ, "PATH": f"{program}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert contents(release_folder) == contents(released_course_template.release(NAME))


@SLOW
def test_gradebook_is_made_without_an_activated_environment(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader calls alembic by name for a new gradebook; `.venv/bin/grader` alone must do."""
    hide_environment(monkeypatch)
    assert release(course) == 0
    with sqlite3.connect(course.gradebook) as gradebook:
        rows = gradebook.execute(
            "SELECT base_cell.name, max_score FROM grade_cells JOIN base_cell USING (id)"
        ).fetchall()
        owners = gradebook.execute("SELECT name, course_id FROM assignment").fetchall()
    gradebook.close()
    assert dict(rows) == {item.grade_id: item.points for item in load_assignment(NAME).items}
    assert owners == [(NAME, "regularization-course")]


@SLOW
def test_stale_copies_are_brought_up_to_date(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copies beside the notebook that were edited, lost or left over are mended before a release."""
    before = contents(released_course.release(NAME))
    tests = released_course.source(NAME) / "public_tests"
    (tests / "core" / "judge.py").write_text("def judge(): return 100\n", encoding="utf-8")
    (tests / "core" / "check.py").unlink()
    (tests / "old").mkdir()
    (tests / "old" / "retired.py").write_text("x = 1\n", encoding="utf-8")
    assert release(released_course) == 0
    assert contents(released_course.release(NAME)) == before
    assert not (tests / "old").exists()
    out = capsys.readouterr().out
    assert "public_tests/core/judge.py (different)" in out
    assert "public_tests/core/check.py (missing)" in out
    assert "public_tests/old/retired.py (left over)" in out


@SLOW
def test_a_release_is_refused_once_students_submitted(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests that change under students' feet change scores: it takes --force, and says why."""
    submit(released_course)
    edit(
        notebook_path(released_course),
        lambda notebook: cell(notebook, "title").update(source="# Another title"),
    )
    before = contents(released_course.release(NAME))
    assert release(released_course) == 1
    error = capsys.readouterr().err
    assert "1 submitted it already (ada)" in error
    assert "change scores" in error
    assert f"grader release {NAME} --force" in error
    assert contents(released_course.release(NAME)) == before

    assert release(released_course, "--force") == 0
    text = (released_course.release(NAME) / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "Another title" in text


@SLOW
def test_a_killed_release_leaves_the_old_one(released_course: Course) -> None:
    """A run that is killed half-way leaves the old release as it was, and the next run tidies up."""
    before = contents(released_course.release(NAME))
    edit(
        notebook_path(released_course),
        lambda notebook: cell(notebook, "title").update(source="# Another title"),
    )
    parent = released_course.release(NAME).parent
    run = subprocess.Popen(
        [sys.executable, "-m", "grader", "release", "--course-dir", released_course.root],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(parent.glob(f".{NAME}.draft-*")):
        assert run.poll() is None, "the run ended before a draft was seen"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert contents(released_course.release(NAME)) == before
    assert release(released_course) == 0
    assert [path.name for path in parent.iterdir()] == [NAME]
    assert contents(released_course.release(NAME)) != before


@SLOW
def test_a_release_killed_between_its_renames_comes_back(released_course: Course) -> None:
    """Killed in the one moment when the release has its old name only, it is put back first."""
    folder = released_course.release(NAME)
    before = contents(folder)
    folder.rename(folder.with_name(f".{NAME}.old"))
    notebook_path(released_course).rename(released_course.root / "elsewhere.ipynb")
    assert release(released_course) == 1
    assert not folder.exists()  # it stopped before it came to the release
    (released_course.root / "elsewhere.ipynb").rename(notebook_path(released_course))
    assert release(released_course) == 0
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [NAME]
