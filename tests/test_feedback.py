"""`grader feedback`: a page for every student who was graded, or for whom grading failed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from tests.classroom import NAME, ODD_NAME, copy_of, graded_class

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course, tmp_path: Path
) -> Course:
    """A graded course of one's own."""
    graded = graded_class(tmp_path_factory, released_course_template)
    return copy_of(graded.course, tmp_path / "course")


def feedback(course: Course, *arguments: str) -> int:
    """Run the command."""
    return main(["feedback", "--course-dir", str(course.root), *arguments])


def page(course: Course, student: str) -> Path:
    """Where a student's page has to be."""
    return course.feedback(student, NAME) / f"{NAME}.html"


def test_pages_are_written_and_named(mine: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is named gets a page with messages and score, odd names and failed gradings included."""
    students = ("cleo", "cut-off", ODD_NAME)
    assert feedback(mine, "--student", *students) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == sorted(str(page(mine, student)) for student in students)
    assert "compute_cost_with_regularization: 0 of 15 points" in page(mine, "cleo").read_text()
    assert "This notebook could not be graded" in page(mine, "cut-off").read_text()
    assert not list(mine.feedback(ODD_NAME, NAME).rglob("*.ipynb"))
    assert not page(mine, "ada").exists()


def test_plain_nbgrader_writes_feedback_too(mine: Course) -> None:
    """nbgrader's own command works on what we recorded, stand-ins for unreadable notebooks included."""
    nbgrader = Path(sys.executable).with_name("nbgrader")
    for student in ("ada", "cut-off"):
        command = [str(nbgrader), "generate_feedback", NAME, "--student", student]
        done = subprocess.run(command, cwd=mine.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert page(mine, student).is_file()


def test_feedback_before_grading_is_told_what_to_run(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without grades there is nothing to say to students."""
    assert feedback(released_course) == 1
    assert "Run: grader grade regularization" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("student", "message"),
    [
        ("nobody", "nothing was handed in under that name"),
        ("", "Cannot find student ''"),
        ("../../etc", "Cannot find student '../../etc'"),
        ("_new", "Cannot find student '_new'"),
        ("late comer", "not graded. Run: grader grade regularization --student='late comer'"),
    ],
)
def test_unknown_student_is_wrong_usage(
    mine: Course, student: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing slip, a path and one who is not graded yet are not taken for students without feedback."""
    shutil.copytree(mine.submitted("ada", NAME), mine.submitted("late comer", NAME))
    assert feedback(mine, "--student", "ada", student) == 2
    error = capsys.readouterr().err
    assert repr(student) in error
    assert message in error
    assert not page(mine, "ada").exists()


def _broken(course: Course) -> None:
    course.config_file.write_text("c = nonsense\n")


def _not_text(course: Course) -> None:
    course.config_file.write_bytes(b"\xff\xfe\x00")


def _a_folder(course: Course) -> None:
    course.config_file.unlink()
    course.config_file.mkdir()


@pytest.mark.parametrize("damage", [_broken, _not_text, _a_folder])
def test_a_configuration_that_cannot_be_read_is_wrong_usage(
    mine: Course, damage: Callable[[Course], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, with the cause and the remedy, and there is no traceback."""
    damage(mine)
    assert feedback(mine) == 2
    error = capsys.readouterr().err
    assert "nbgrader_config.py" in error
    assert "grader: Cannot " in error
    assert "Traceback" not in error


def test_half_graded_notebook_gets_no_page_and_does_not_stop_the_others(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Students never read the outcome of a grading that was broken off."""
    broken = mine.autograded("ada", NAME) / f"{NAME}.ipynb"
    broken.unlink()
    shutil.copy(mine.submitted("ada", NAME) / f"{NAME}.ipynb", broken)
    assert feedback(mine, "--student", "ada", "bob") == 1
    assert "was not graded to the end" in capsys.readouterr().err
    assert page(mine, "bob").is_file()
    assert not page(mine, "ada").exists()
