"""`grader demo`: the whole flow, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from grader.cli import main
from grader.commands.demo import _put_aside
from grader.course import Course
from grader.mischief import BROKEN, HOSTILE


def demo(course: Course, *arguments: str) -> int:
    """Run the command."""
    return main(["demo", "--course-dir", str(course.root), *arguments])


def files_outside_build(course: Course) -> dict[Path, bytes]:
    """Everything in the course but the demo's own folder."""
    return {
        path: path.read_bytes()
        for path in course.root.rglob("*")
        if path.is_file() and "build" not in path.relative_to(course.root).parts
    }


@pytest.mark.slow
def test_demo_grades_a_class_as_expected_and_leaves_the_course_alone(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Release, hand-ins, grades, feedback and report are made in build/demo, and every verdict is right.

    A term goes by in it: somebody hands in late, somebody again, and a teacher reads.
    """
    leftover = course.root / "build" / "demo" / "submitted" / "from-an-earlier-demo"
    leftover.mkdir(parents=True)
    with course.config_file.open("a", encoding="utf-8") as config:  # the real class's gradebook
        config.write(f"\nc.CourseDirectory.db_url = 'sqlite:///{course.root}/real.db'\n")
    before = files_outside_build(course)
    assert demo(course, "--size", "10") == 0
    printed, progress = capsys.readouterr()
    assert "All 10 × 5 verdicts as expected" in printed
    assert "1 score changed:\n  student-006  75 → 90  (+15)" in printed
    assert "a teacher reads 3 of the written answers\nstudent-006 hands in again" in progress
    assert re.search(r"^student-001 +97 of 100  ✔ ✔ ✔ ✔ ✔ ✎$", printed, re.MULTILINE)
    students = ["student-001", "student-002", "student-003"]
    if shutil.which("bwrap") is not None:
        others = [*HOSTILE, *BROKEN]
        assert f"Of {len(others)} hostile and broken hand-ins none gained a point" in printed
        assert "needs attention; not graded: " in printed
        students += [other.student for other in others]
    made = course.root / "build" / "demo"
    for student in students:
        assert (made / "feedback" / student / "regularization" / "regularization.html").is_file()
    assert (made / "gradebook.db").is_file()
    feedback = (made / "feedback/student-002/regularization/regularization.html").read_text()
    assert "A beginning. Give the figures it rests on" in feedback
    assert main(
        ["report", "--course-dir", str(made), "regularization", "--format=json", "--output=-"]
    )
    report = json.loads(capsys.readouterr().out)
    assert [one["student"] for one in report["late"]["students"]] == ["student-010"]
    moved = {one["student"]: one["change"] for one in report["movement"]["moved"]}
    by_hand = {"student-001": 7, "student-002": 5, "student-003": 4}
    assert moved == {**by_hand, "student-006": 15}
    assert (made / "reports" / "regularization.html").is_file()
    assert not leftover.exists()
    aside = course.root / "build" / "demo.before" / "submitted" / "from-an-earlier-demo"
    assert aside.is_dir()  # somebody may have graded by hand there
    assert "The earlier demo is now in " in progress
    moved_course = tmp_path / "elsewhere"
    made.rename(moved_course)
    assert (
        main(["export", "--course-dir", str(moved_course), "--output", str(tmp_path / "a.csv")])
        == 1
    )
    assert "student-001" in (tmp_path / "a.csv").read_text()
    assert files_outside_build(course) == before


@pytest.mark.parametrize("arguments", [["--size", "0"], ["--seed", "-1"]])
def test_impossible_class_is_wrong_usage(
    course: Course, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A class needs a student and a seed that can be one; nothing is made otherwise."""
    assert demo(course, *arguments) == 2
    assert "grader: Cannot " in capsys.readouterr().err
    assert not (course.root / "build").exists()


def test_demo_that_cannot_write_says_where(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way of the demo's folder is named."""
    (course.root / "build").write_text("")
    assert demo(course) == 1
    assert str(course.root / "build" / "demo") in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["file", "link", "dangling link"])
def test_whatever_lies_in_the_way_is_put_aside(kind: str, tmp_path: Path) -> None:
    """A file or a link where the demo works, or where the earlier one goes, stops no demo."""
    folder, before = tmp_path / "demo", tmp_path / "demo.before"
    target = tmp_path / ("target" if kind == "link" else "nowhere")
    (tmp_path / "target").mkdir()
    for place in (folder, before):
        if kind == "file":
            place.write_text("x")
        else:
            place.symlink_to(target)
    _put_aside(folder)
    assert not os.path.lexists(folder)
    assert os.path.lexists(before)
    assert (tmp_path / "target").is_dir()  # what a link leads to is not ours
    before.unlink()
    before.mkdir()
    (before / "old").write_text("x")
    folder.mkdir()
    _put_aside(folder)
    assert list(before.iterdir()) == []
