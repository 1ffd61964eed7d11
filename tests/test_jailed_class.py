"""The class of `classroom`, graded in the jail: what stock nbgrader stumbles over is mended or bounded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course

from .classroom import GradedClass, copy_of, graded_class
from .test_grade import ALL_RIGHT, EXPECTED, UNGRADED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="no jail: apt-get install bubblewrap"),
]

ALL_BUT_ANSWER = (*ALL_RIGHT, "manual")
#: What comes out otherwise than under nbgrader alone: student → status, score, verdicts, a note.
OTHERWISE = {
    "a-loop": ("graded", 65, (*ALL_RIGHT[:3], "timeout", "partial", "manual"), ""),
    "noisy": ("graded", 90, ALL_BUT_ANSWER, ""),
    "no-answer-cell": ("graded", 90, (*ALL_RIGHT, "not_attempted"), "interpretation"),
    "no-test-cell": ("graded", 90, ALL_BUT_ANSWER, "test_training"),
    "skips-test": (
        "graded",
        70,
        ("not_attempted", *ALL_RIGHT[:3], "partial", "manual"),
        "had changed tags",
    ),
    "dead": ("graded", 70, ("error", *ALL_RIGHT[:3], "partial", "manual"), "was stopped"),
    "copied-cell": ("graded", 90, ALL_BUT_ANSWER, ""),
    "renamed": ("graded", 90, ALL_BUT_ANSWER, "my work.ipynb"),
    "cut-off": ("needs_attention", 0, UNGRADED, "it was cut off"),
    "latin-1": ("needs_attention", 0, UNGRADED, "nothing in it is a cell"),
    "empty": ("needs_attention", 0, UNGRADED, "it is empty"),
}


@pytest.fixture(scope="session")
def jailed(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course
) -> GradedClass:
    """The class, graded in the jail."""
    return graded_class(tmp_path_factory, released_course_template, jailed=True)


def _lines(text: str) -> dict[str, dict[str, Any]]:
    return {line["student"]: line for line in map(json.loads, text.splitlines())}


@pytest.mark.parametrize("student", EXPECTED)
def test_each_hand_in_gets_the_result_it_deserves(jailed: GradedClass, student: str) -> None:
    """Honest work keeps its points whatever happened to the notebook around it."""
    line = _lines(jailed.lines)[student]
    status, score, verdicts, note = (EXPECTED | OTHERWISE)[student]
    assert tuple(item["verdict"] for item in line["items"]) == verdicts, line["notes"]
    assert (line["status"], line["score"]) == (status, score)
    assert note in "; ".join(line["notes"])


def test_a_second_run_grades_nothing_and_says_the_same(jailed: GradedClass, tmp_path: Path) -> None:
    """What has not changed is skipped, and its lines are the same to the byte."""
    course = copy_of(jailed.course, tmp_path / "course")
    target = tmp_path / "again.jsonl"
    main(["grade", "--course-dir", str(course.root), "--jobs", "1", "--json", str(target)])
    assert target.read_text(encoding="utf-8") == jailed.lines


def test_forced_runs_say_the_same_whatever_the_jobs(jailed: GradedClass, tmp_path: Path) -> None:
    """Graded again from scratch by one process, every line comes out as with two."""
    course = copy_of(jailed.course, tmp_path / "course")
    target = tmp_path / "forced.jsonl"
    options = ["--course-dir", str(course.root), "--jobs", "1", "--force", "--json", str(target)]
    main(["grade", *options])
    assert target.read_text(encoding="utf-8") == jailed.lines


def test_without_a_jail_nothing_is_graded(
    jailed: GradedClass,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where no jail can be set up, untrusted code does not run, and the remedy is named."""
    course = copy_of(jailed.course, tmp_path / "course")
    before = course.gradebook.read_bytes()
    monkeypatch.setattr("grader.jail.server_process.BWRAP", "no-such-bwrap")
    assert main(["grade", "--course-dir", str(course.root), "--force"]) == 1
    assert "apt-get install bubblewrap" in capsys.readouterr().err
    assert course.gradebook.read_bytes() == before


def test_going_without_a_jail_is_said_on_every_run(
    jailed: GradedClass, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--no-jail tells what it means, each time."""
    course = copy_of(jailed.course, tmp_path / "course")
    options = ["--course-dir", str(course.root), "--jobs", "1", "--student=ada"]
    assert main(["grade", "--no-jail", *options]) == 0
    assert "submissions run with your rights" in capsys.readouterr().err
