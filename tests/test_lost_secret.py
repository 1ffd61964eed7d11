"""A course secret that scores rest on is never replaced in silence."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.course_secret import ensure_secret, how_to_go_on, was_used
from grader.health import examine_course
from grader.nbgrader_course import nbgrader_for
from grader.records import Records, Scores, no_penalty
from testcases import load_assignment
from testcases.secret import SECRET_FILE

from .test_release import NAME

pytestmark = pytest.mark.slow


def record(course: Course, points: Mapping[str, float | None]) -> None:
    """Record a submission's points in the course's gradebook."""
    with nbgrader_for(course) as nbgrader:
        records = Records(nbgrader.gradebook_url, nbgrader.course_id, NAME)
    with closing(records):
        records.write(Scores("ada", None, points), no_penalty)


@pytest.fixture
def graded(released_course: Course) -> Course:
    """A released course with one score in its gradebook."""
    items = load_assignment(NAME).items
    record(released_course, {item.grade_id: 5.0 for item in items})
    shutil.copytree(released_course.release(NAME), released_course.submitted("ada", NAME))
    return released_course


def secret_of(course: Course) -> Path:
    """The file with the secret."""
    return course.root / SECRET_FILE


@pytest.mark.parametrize("command", [["grade", "--no-jail"], ["release", "--force"]])
@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_a_lost_secret_stops_everything_that_needs_one(
    graded: Course, command: list[str], damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither grading nor a release replaces it, and both say how to go on with and without it."""
    secret_of(graded).unlink()
    if damage == "damaged":
        secret_of(graded).write_text("abc\n")
    assert main([*command, "--course-dir", str(graded.root)]) == 2
    error = capsys.readouterr().err
    task = "read the course secret" if damage == "damaged" else command[0]
    assert f"Cannot {task} in {graded.root}" in error
    assert "the gradebook holds scores that rest on it" in error
    assert "Put the file back from your backup. To go on without it" in error
    assert secret_of(graded).exists() == (damage == "damaged")


def test_the_command_that_makes_a_new_one_works(graded: Course) -> None:
    """Whoever means to go on without the old secret can, by the very words of the message."""
    secret_of(graded).unlink()
    command = how_to_go_on(secret_of(graded)).split("make a new one: ")[1]
    subprocess.run(command, shell=True, check=True)  # noqa: S602
    assert len(ensure_secret(graded)) == 32
    assert secret_of(graded).stat().st_mode & 0o077 == 0


def test_without_scores_a_secret_is_made(released_course: Course) -> None:
    """A fresh clone, a gradebook without scores, and hand-given points alone are no reason to refuse."""
    items = load_assignment(NAME).items
    record(released_course, dict.fromkeys(item.grade_id for item in items))
    secret_of(released_course).unlink()
    assert not was_used(released_course)
    assert len(ensure_secret(released_course)) == 32


def test_the_gradebook_that_is_named_counts_too(graded: Course, tmp_path: Path) -> None:
    """Scores in a gradebook elsewhere rest on the course's secret as well."""
    elsewhere = tmp_path / "elsewhere.db"
    graded.gradebook.rename(elsewhere)
    secret_of(graded).unlink()
    assert was_used(graded, f"sqlite:///{elsewhere}")
    assert not was_used(graded)
    assert not graded.gradebook.exists()


def test_the_doctor_tells_a_lost_secret_from_one_that_is_not_made_yet(graded: Course) -> None:
    """It fails where scores rest on the lost one, and does not alarm in a fresh clone."""

    def finding() -> tuple[str, str]:
        (found,) = (each for each in examine_course(graded) if "course secret" in each.text)
        return found.level, found.text + found.remedy

    assert finding()[0] == "PASS"
    secret_of(graded).unlink()
    level, text = finding()
    assert level == "FAIL"
    assert "Put the file back from your backup" in text
    secret_of(graded).write_text("abc\n")
    level, text = finding()
    assert level == "FAIL"
    assert "or remove it" not in text
    secret_of(graded).unlink()
    graded.gradebook.write_bytes(b"damaged " * 1000)
    assert finding()[0] == "CAUTION"
    graded.gradebook.unlink()
    level, text = finding()
    assert level == "PASS"
    assert text.startswith("no course secret yet: the first release makes it")
