"""Edits in a course folder's own `testcases/` that judge nobody are not passed over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.health import examine_course
from grader.judge_files import unused_edits
from testcases import PACKAGE_DIR

from .conftest import REPOSITORY
from .test_release import NAME


@pytest.fixture
def own(course: Course) -> Path:
    """The `testcases/` of a course folder that was copied whole."""
    folder = course.root / "testcases"
    shutil.copytree(PACKAGE_DIR, folder)
    return folder


def test_the_same_files_are_no_trouble(course: Course, own: Path) -> None:
    """A copied course folder grades as it did before; caches and texts beside the code do not matter."""
    (own / "__pycache__").mkdir(exist_ok=True)
    (own / "__pycache__" / "old.py").write_text("")
    (own / "README.md").write_text("mine")
    assert unused_edits(course) == []
    assert unused_edits(Course(REPOSITORY)) == []


@pytest.mark.slow
def test_edits_that_would_not_judge_stop_the_grading(
    course: Course, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed, a new and a lost file are named with the folder that judges, and nothing is graded."""
    shutil.copytree(course.release(NAME), course.submitted("ada", NAME))
    with (own / NAME / "judge.py").open("a") as file:
        file.write("# full marks for everybody\n")
    (own / NAME / "new.py").write_text("")
    (own / NAME / "fixtures.json").unlink()
    names = [f"{NAME}/{name}" for name in ("fixtures.json", "judge.py", "new.py")]
    assert unused_edits(course) == names
    assert main(["grade", "--course-dir", str(course.root), "--no-jail"]) == 1
    error = capsys.readouterr().err
    assert f"Cannot grade: {own} is not what judges: {PACKAGE_DIR} does" in error
    assert ", ".join(names) in error
    assert f"pip install --editable {course.root}" in error
    assert not course.gradebook.exists()


@pytest.mark.parametrize("command", ["release", "verify"])
def test_edits_that_would_not_judge_stop_what_comes_before(
    course: Course, own: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release would carry the other folder's fixtures, and a gate would pass the other judge."""
    (own / NAME / "new.py").write_text("")
    assert main([command, "--course-dir", str(course.root)]) == 1
    assert f"Cannot {command}: {own} is not what judges" in capsys.readouterr().err


@pytest.mark.slow
def test_the_doctor_tells_who_judges(course: Course, own: Path) -> None:
    """It fails a course with unused edits, and passes one whose files are those that judge."""

    def finding() -> tuple[str, str]:
        (found,) = (each for each in examine_course(course) if str(own) in each.text)
        return found.level, found.remedy

    assert finding() == ("PASS", "")
    (own / NAME / "judge.py").write_text("")
    level, remedy = finding()
    assert level == "FAIL"
    assert f"otherwise remove {own}" in remedy
