"""Why what has not changed is graded again: said once, by the name of what has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import grader.batch
from grader.cli import main
from grader.course import Course
from grader.regrading import basis, difference
from testcases.secret import SECRET_FILE
from tests.classroom import NAME, copy_of
from tests.fault_support import Undisturbed, grade_here, undisturbed
from tests.jail_support import NO_BWRAP, has_bwrap

AGAIN = "What was graded before is graded again: there has been a change in "


def test_what_has_changed_is_named() -> None:
    """One thing, several, and a basis in the form of another version."""
    parts = {"version": "1", "testcases": "a", "configuration": "c", "jail": "jailed"}
    before = basis(**parts)
    now = basis(**{**parts, "configuration": "d"})
    assert difference(before, now) == "nbgrader_config.py"
    now = basis(**{**parts, "configuration": "d", "version": "2", "testcases": "b"})
    assert difference(before, now) == "the grader's version, testcases/ and nbgrader_config.py"
    assert difference("0123456789abcdef", before) == "the grader's version"


@pytest.fixture
def mine(
    tmp_path_factory: pytest.TempPathFactory,
    released_course_template: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Course:
    """A graded course of one's own."""
    calm: Undisturbed = undisturbed(tmp_path_factory, released_course_template)
    grade_here(monkeypatch)
    return copy_of(calm.graded, tmp_path / "course")


def _version(course: Course, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grader.batch, "__version__", "9.9")


def _secret(course: Course, patch: pytest.MonkeyPatch) -> None:
    (course.root / SECRET_FILE).write_text("5e" * 32 + "\n")


def _source(course: Course, patch: pytest.MonkeyPatch) -> None:
    with (course.source(NAME) / "reg_utils.py").open("a") as file:
        file.write("\n# a remark\n")


def _configuration(course: Course, patch: pytest.MonkeyPatch) -> None:
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write("\n# another setting\n")


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_version, "the grader's version"),
        (_secret, "the course's secret"),
        (_source, "the files in source/"),
        (_configuration, "nbgrader_config.py"),
    ],
)
def test_reason_is_said_once_for_the_class_and_never_without_need(
    mine: Course,
    change: Callable[[Course, pytest.MonkeyPatch], None],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not when nothing is graded again, and not with --force."""

    def said(*more: str) -> str:
        options = ["--course-dir", str(mine.root), "--jobs", "1", "--student", "ada", "bob"]
        main(["grade", *options, *more])
        return capsys.readouterr().err

    assert AGAIN not in said()
    assert AGAIN not in said("--force")
    change(mine, monkeypatch)
    error = said()
    assert error.count(AGAIN) == 1
    assert f"{AGAIN}{words}.\n" in error
    assert AGAIN not in said()
