"""Handing in again: the new score replaces the old one, what a person gave stays, lateness counts anew.

nbgrader itself is the oracle: its own preprocessors and gradebook record the same notebook.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, SaveAutoGrades

import grader.batch
from grader.cli import main
from grader.course import Course
from grader.nbgrader_course import nbgrader_for
from testcases.regularization.answers import FORWARD
from testcases.secret import SECRET_FILE
from tests.classroom import NAME, cell_of, copy_of, edit, notebook_of, without
from tests.fault_support import Undisturbed, grade_here, in_gradebook, undisturbed
from tests.jail_support import NO_BWRAP, has_bwrap

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]

COURSE_ID = "regularization-course"
#: A point for each hour that somebody is late.
_PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin


class ByTheHour(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 3600


c.AssignLatePenalties.plugin_class = ByTheHour
"""


@pytest.fixture
def mine(
    tmp_path_factory: pytest.TempPathFactory,
    released_course_template: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Course:
    """A graded course of one's own with a deadline that everybody kept, and points given by hand."""
    calm: Undisturbed = undisturbed(tmp_path_factory, released_course_template)
    course = copy_of(calm.graded, tmp_path / "course")
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write(_PLUGIN)
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-30 18:00:00 UTC")
        grade = book.find_grade("interpretation", NAME, NAME, "bob")
        grade.manual_score, grade.needs_manual_grade = 6.5, False
        grade.extra_credit = 1.0
        book.find_comment("interpretation", NAME, NAME, "bob").manual_comment = "Well said."
        book.db.commit()
    grade_here(monkeypatch)
    return course


def gradebook(course: Course) -> Gradebook:
    """The course's gradebook through nbgrader's own interface."""
    return Gradebook(f"sqlite:///{course.gradebook}", COURSE_ID)


def grade(course: Course, *arguments: str, student: str = "bob") -> dict[str, Any]:
    """The result line of one student, graded in this process."""
    target = course.root / "lines.jsonl"
    options = ["--course-dir", str(course.root), "--jobs", "1", "--json", str(target)]
    main(["grade", *options, "--student", student, *arguments])
    line: dict[str, Any] = json.loads(target.read_text())
    return line


def record_with_nbgrader(course: Course, notebook: Path, student: str) -> None:
    """What nbgrader's autograder does to the gradebook after it has run a notebook."""
    stamp = course.submitted(student, NAME) / "timestamp.txt"
    with gradebook(course) as book:
        book.update_or_create_submission(NAME, student, timestamp=stamp.read_text())
    told = {
        "notebook": NAME,
        "assignment": NAME,
        "student": student,
        "db_url": f"sqlite:///{course.gradebook}",
    }
    content, resources = nbformat.read(notebook, 4), {"nbgrader": told}
    with nbgrader_for(course) as nbgrader:
        for kind in (OverwriteCells, SaveAutoGrades, AssignLatePenalties):
            content, resources = kind(parent=nbgrader.app).preprocess(content, resources)


def source(cell: str, text: str) -> Callable[[Course], None]:
    """Hand in again with another text in a cell."""
    return lambda course: edit(
        course, "bob", lambda notebook: cell_of(notebook, cell).update(source=text)
    )


def better(course: Course) -> None:
    """What ada handed in."""
    shutil.copy(notebook_of(course, "ada"), notebook_of(course, "bob"))


def blank(course: Course) -> None:
    """The release, as it was handed out."""
    shutil.copy(notebook_of(course, "empty"), notebook_of(course, "bob"))


def deleted(course: Course) -> None:
    """The written answer is gone."""
    edit(course, "bob", without("interpretation"))


def late(hours: int) -> Callable[[Course], None]:
    """Hand in so many hours after the deadline."""

    def change(course: Course) -> None:
        stamp = course.submitted("bob", NAME) / "timestamp.txt"
        stamp.write_text(f"2026-01-30 {18 + hours}:30:00.000000 UTC")

    return change


def late_and_blank(course: Course) -> None:
    """Nothing in it, and late: no more can be taken off than there is."""
    late(5)(course)
    blank(course)


CHANGES: Mapping[str, tuple[Callable[[Course], None], float]] = {
    "better": (better, 97.5),
    "worse": (source(FORWARD, "pass"), 50),
    "blank": (blank, 7.5),
    "deleted": (deleted, 80),
    "late": (late(3), 77),
    "late and blank": (late_and_blank, 2.5),
}


@pytest.mark.parametrize("name", CHANGES)
def test_rows_are_those_that_nbgrader_would_write(mine: Course, name: str, tmp_path: Path) -> None:
    """Scores, comments, `needs_manual_grade` and penalty, field by field."""
    change, score = CHANGES[name]
    change(mine)
    other = copy_of(mine, tmp_path / "other")
    line = grade(mine)
    assert (line["status"], line["score"]) == ("graded", score)
    with gradebook(mine) as book:
        submission = book.find_submission(NAME, "bob")
        assert submission.score - submission.late_submission_penalty == score
        found = book.find_grade("interpretation", NAME, NAME, "bob")
        assert (found.manual_score, found.extra_credit) == (6.5, 1.0)
        assert found.needs_manual_grade
        comment = book.find_comment("interpretation", NAME, NAME, "bob")
        assert comment.manual_comment == "Well said."
    record_with_nbgrader(other, mine.autograded("bob", NAME) / f"{NAME}.ipynb", "bob")
    assert in_gradebook(mine) == in_gradebook(other)


@pytest.mark.parametrize("what", ["unreadable", "missing"])
def test_hand_in_that_cannot_be_graded_replaces_the_score_too(mine: Course, what: str) -> None:
    """The old points do not stand beside a file that cannot be read; a person's stay."""
    path = notebook_of(mine, "bob")
    if what == "missing":
        path.unlink()
    else:
        path.write_text('{"cells": [')
    line = grade(mine)
    assert (line["status"], line["score"]) == ("needs_attention", 7.5)
    with gradebook(mine) as book:
        grades = book.find_submission_notebook(NAME, NAME, "bob").grades
        assert {grade.auto_score for grade in grades} == {0.0}
        assert not any(grade.needs_manual_grade for grade in grades)
    better(mine)
    assert grade(mine)["score"] == 97.5


def test_extension_counts(mine: Course) -> None:
    """Who was given more time loses less."""
    late(3)(mine)
    assert grade(mine)["score"] == 77
    with gradebook(mine) as book:
        book.grant_extension(NAME, "bob", hours=2)
    assert grade(mine, "--force")["score"] == 79
    with gradebook(mine) as book:
        assert book.find_submission(NAME, "bob").total_seconds_late == 5400
        assert book.find_submission(NAME, "bob").timestamp == datetime(2026, 1, 30, 21, 30)


def test_in_time_after_all_gives_the_points_back(mine: Course) -> None:
    """A penalty belongs to what was handed in late, not to the student."""
    late(3)(mine)
    grade(mine)
    (mine.submitted("bob", NAME) / "timestamp.txt").unlink()
    assert grade(mine)["score"] == 80


def new_secret(course: Course) -> None:
    """Other hidden cases."""
    (course.root / SECRET_FILE).write_text("5e" * 32 + "\n")


def new_setting(course: Course) -> None:
    """Another configuration."""
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write("\n# another setting\n")


def new_source(course: Course) -> None:
    """The given network was changed."""
    with (course.source(NAME) / "reg_utils.py").open("a") as file:
        file.write("\n# a remark\n")


@pytest.mark.parametrize("change", [new_secret, new_setting, new_source])
def test_what_a_grade_rests_on_is_part_of_it(
    mine: Course, change: Callable[[Course], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Unchanged is skipped; with another secret, setting or source it is graded again."""
    grade(mine)
    capsys.readouterr()
    grade(mine)
    assert "0 of them graded now" in capsys.readouterr().out
    change(mine)
    assert grade(mine)["score"] == 80
    assert "1 of them graded now" in capsys.readouterr().out


@pytest.mark.parametrize("version", ["9.9", None])
def test_changed_scores_are_listed(
    mine: Course,
    version: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After a new version of the grader, or a new hand-in, whoever has another score is named."""
    if version is not None:
        monkeypatch.setattr(grader.batch, "__version__", version)
    late(0)(mine)
    grade(mine)
    assert "1 score changed" not in capsys.readouterr().out  # another hand-in with the same score
    better(mine)
    grade(mine)
    assert "bob  80 → 97.5  (+17.5)" in capsys.readouterr().out


def test_jailed_after_unjailed_is_graded_again(
    mine: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ran unjailed is not taken for what ran in the jail, nor the other way round."""
    monkeypatch.undo()
    first = grade(mine, "--no-jail", student="ada")
    second = grade(mine, "--no-jail", student="ada")
    third = grade(mine, student="ada")
    fourth = grade(mine, student="ada")
    assert first == second == third == fourth
    told = capsys.readouterr().out
    assert [told.count(f"{number} of them graded now") for number in (0, 1)] == [2, 2]


def test_changes_are_listed_without_the_jail_too(
    mine: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How the work was run makes no difference to what is told."""
    monkeypatch.undo()
    source(FORWARD, "pass")(mine)
    assert grade(mine, "--no-jail")["score"] == 50
    assert "bob  80 → 50  (-30)" in capsys.readouterr().out
