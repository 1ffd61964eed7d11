"""`grader feedback`: a page for every student who was graded, or for whom grading failed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.cli import main
from grader.course import Course
from testcases.regularization.answers import COST
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


def break_off(course: Course, student: str) -> None:
    """Leave a graded notebook as if grading had been broken off."""
    broken = course.autograded(student, NAME) / f"{NAME}.ipynb"
    broken.unlink()
    shutil.copy(course.submitted(student, NAME) / f"{NAME}.ipynb", broken)


def written(course: Course) -> dict[str, str]:
    """Every file of feedback."""
    folder = course.root / "feedback"
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text() for file in files}


def test_pages_are_written_and_named(mine: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is named gets a page with messages and score, odd names and failed gradings included."""
    students = ("cleo", "cut-off", ODD_NAME)
    assert feedback(mine, "--student", *students) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == sorted(f"Feedback: {page(mine, student)}" for student in students)
    assert "0 of 15 points" in page(mine, "cleo").read_text()
    assert "Your notebook could not be graded" in page(mine, "cut-off").read_text()
    beside = {file.name for file in mine.feedback(ODD_NAME, NAME).iterdir()}
    assert beside == {f"{NAME}.html", "timestamp.txt"}
    assert not page(mine, "ada").exists()


def test_nbgrader_writes_the_same_pages(mine: Course) -> None:
    """nbgrader's command, behind the formgrader's button too, writes what `grader feedback` writes.

    So it does for a date that cannot be read and for a stand-in. What else was handed in stays where it
    is, and who is not graded to the end gets no page, and a reason in the log.
    """
    students = ("ada", "cut-off", "no-date")
    for student in ("ada", "cut-off"):
        secret = mine.autograded(student, NAME) / "submission_secret.txt"
        secret.write_text(f"secret of {student}")
    # nbgrader releases nobody's feedback where one has no timestamp beside the secret.
    (mine.autograded("cut-off", NAME) / "timestamp.txt").unlink(missing_ok=True)
    (mine.autograded("ada", NAME) / "other.ipynb").write_text("{}")
    assert feedback(mine, "--student", *students) == 0
    ours = written(mine)
    assert set(ours) == {
        *(f"{student}/{NAME}/{NAME}.html" for student in students),
        *(f"{student}/{NAME}/timestamp.txt" for student in students),
        *(f"{student}/{NAME}/submission_secret.txt" for student in ("ada", "cut-off")),
    }
    shutil.rmtree(mine.root / "feedback")
    break_off(mine, "bob")
    for folder in list((mine.root / "autograded").iterdir()):
        if folder.is_dir() and folder.name not in ("bob", *students):
            shutil.rmtree(folder)
    nbgrader = Path(sys.executable).with_name("nbgrader")
    command = [str(nbgrader), "generate_feedback", NAME]
    done = subprocess.run(command, cwd=mine.root, capture_output=True, text=True, check=False)
    assert "Cannot write feedback for 'bob': it was not graded to the end" in done.stderr
    assert written(mine) == ours


def test_what_the_gradebook_holds_is_on_the_page(mine: Course) -> None:
    """Comments and points that a person entered in the formgrader are told, and to their student only."""
    with Gradebook(f"sqlite:///{mine.gradebook}", "regularization-course") as gradebook:
        grade = gradebook.find_grade("interpretation", NAME, NAME, "ada")
        grade.manual_score, grade.extra_credit = 8, 1
        gradebook.find_comment("interpretation", NAME, NAME, "ada").manual_comment = "Which test?"
        gradebook.find_comment(COST, NAME, NAME, "ada").manual_comment = "Short and good."
        gradebook.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty = 3
        gradebook.db.commit()
    assert feedback(mine, "--student", "ada", "bob") == 0
    ada, bob = (page(mine, student).read_text() for student in ("ada", "bob"))
    for told in ("Which test?", "Short and good.", "9 of 10 points", "<strong>96</strong> of 100"):
        assert told in ada
        assert told not in bob
    assert "3 points were taken off because it was handed in late" in ada
    assert "<h1>Regularization: learn the pattern, not the noise</h1>" in ada
    assert 'class="own"' in ada
    assert "lines as handed out" in ada
    assert "bob" not in ada
    assert "HIDDEN" not in ada
    assert "testcases.hidden" not in ada


def test_points_from_before_another_grading_are_told_from_others(mine: Course) -> None:
    """The gradebook knows which points a person has to look at again; their student reads it, and nobody else."""
    with Gradebook(f"sqlite:///{mine.gradebook}", "regularization-course") as gradebook:
        for student in ("ada", "bob"):
            grade = gradebook.find_grade("interpretation", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 8, student == "bob"
        gradebook.db.commit()
    assert feedback(mine, "--student", "ada", "bob", "cleo") == 0
    told = {
        student
        for student in ("ada", "bob", "cleo")
        if "look again" in page(mine, student).read_text()
    }
    assert told == {"bob"}
    assert "graded by your teacher · 8 of 10 points" in page(mine, "ada").read_text()


def test_a_folder_that_cannot_be_written_into_is_told_once(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """What keeps every page from being written is one error with a remedy, not one for each student."""
    shutil.rmtree(mine.root / "feedback")
    (mine.root / "feedback").write_text("in the way")
    assert feedback(mine) == 1
    (line,) = (one for one in capsys.readouterr().err.splitlines() if "Cannot" in one)
    assert line.endswith("feedback: File exists. Move away what is in its place.")


def test_a_page_that_cannot_be_written_leaves_the_old_one_and_the_others(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page is written whole or not at all, and one student's trouble is nobody else's."""
    assert feedback(mine, "--student", "ada") == 0
    before = page(mine, "ada").read_text()
    broken = mine.autograded("ada", NAME) / f"{NAME}.ipynb"
    notebook = json.loads(broken.read_text())
    notebook["cells"] = [{"cell_type": "code"}]
    broken.chmod(0o644)
    broken.write_text(json.dumps(notebook))
    assert feedback(mine, "--student", "ada", "bob") == 1
    assert "Cannot write feedback for 'ada': it failed with KeyError" in capsys.readouterr().err
    assert page(mine, "ada").read_text() == before
    assert page(mine, "bob").is_file()
    assert not list(mine.feedback("ada", NAME).glob(".*"))


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
    break_off(mine, "ada")
    assert feedback(mine, "--student", "ada", "bob") == 1
    assert "was not graded to the end" in capsys.readouterr().err
    assert page(mine, "bob").is_file()
    assert not page(mine, "ada").exists()
