"""What `grader grade` says to bad input: wrong usage, a damaged course, an odd gradebook."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from tests.classroom import NAME

pytestmark = pytest.mark.slow


def grade(course: Course, *arguments: str) -> int:
    """Run the command with one process."""
    return main(["grade", "--course-dir", str(course.root), "--jobs", "1", "--no-jail", *arguments])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--student", "nobody"], 2, "submission of 'nobody'"),
        (["--student=nobody", "--student=no one"], 2, "submission of 'no one', 'nobody'"),
        (["--student="], 2, "student '': a student's name is that of a folder in submitted/"),
        (["--student=../../etc"], 2, "student '../../etc': a student's name"),
        (["--student=.."], 2, "student '..': a student's name"),
        (["no-such-assignment"], 2, "There are: regularization."),
        (["--jobs", "0"], 2, "at least one process"),
        (["--json", "no/such/folder/file"], 2, "does not exist"),
        (["--db", "gradebook"], 2, "it is not an address"),
        (["--db", "sqlite://"], 2, "it names no file"),
        (["--db", "sqlite:////no/such/folder/g.db"], 2, "there is no folder"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_remedy(
    released_course: Course,
    arguments: list[str],
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What cannot be meant is refused before anything is touched."""
    assert grade(released_course, *arguments) == code
    error = capsys.readouterr().err
    assert "grader: Cannot " in error
    assert message in error


def _no_submissions(course: Course) -> None:
    shutil.rmtree(course.root / "submitted")


def _nobody(course: Course) -> None:
    shutil.rmtree(course.root / "submitted")
    (course.root / "submitted").mkdir()


def _broken_config(course: Course) -> None:
    course.config_file.write_text("c = get_config(\n")


def _no_config(course: Course) -> None:
    course.config_file.unlink()


def _other_course(course: Course) -> None:
    with course.config_file.open("a") as file:
        file.write('\nc.CourseDirectory.course_id = "another-course"\n')


def _damaged_gradebook(course: Course) -> None:
    course.gradebook.write_bytes(b"no database at all" * 100)


def _file_in_the_way(course: Course) -> None:
    shutil.rmtree(course.root / "autograded")
    (course.root / "autograded").write_text("")


def _damaged_secret(course: Course) -> None:
    (course.root / ".course_secret").write_text("123")


def _unreadable_secret(course: Course) -> None:
    (course.root / ".course_secret").unlink()
    (course.root / ".course_secret").mkdir()


def _fresh_clone_without_source(course: Course) -> None:
    course.gradebook.unlink()
    (course.source(NAME) / f"{NAME}.ipynb").unlink()


def _no_source_notebook(course: Course) -> None:
    (course.source(NAME) / f"{NAME}.ipynb").unlink()


def _broken_copy(course: Course) -> None:
    with (course.source(NAME) / "public_tests" / "core" / "protocol.py").open("a") as file:
        file.write("def (\n")


def _missing_copy(course: Course) -> None:
    (course.source(NAME) / "public_tests" / "core" / "check.py").unlink()


def _other_points(course: Course) -> None:
    with closing(sqlite3.connect(course.gradebook)) as database:
        database.execute("UPDATE grade_cells SET max_score = 99 WHERE max_score = 25")
        database.commit()


def test_a_class_is_graded_once_its_copies_are_mended(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A course from an older version can be graded again, by the very command that the refusal names."""
    shutil.copytree(released_course.release(NAME), released_course.submitted("ada", NAME))
    _broken_copy(released_course)
    assert grade(released_course) == 1
    said = capsys.readouterr().err.strip()
    assert said.endswith(f"Mend that first: grader release {NAME} --force")
    remedy = said.rpartition(": grader ")[2].split()
    assert main([*remedy, "--course-dir", str(released_course.root)]) == 0
    assert grade(released_course) == 0
    assert "ada" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "code", "message"),
    [
        (
            _broken_copy,
            1,
            "public_tests/core/protocol.py (different). Mend that first: grader release",
        ),
        (_missing_copy, 1, "public_tests/core/check.py (missing). Mend that first: grader release"),
        (_no_submissions, 2, "there is no folder"),
        (_nobody, 1, "Nothing to grade"),
        (_broken_config, 2, "Mend that line"),
        (_no_config, 2, "has no nbgrader_config.py"),
        (_other_course, 1, "it belongs to another course"),
        (_damaged_gradebook, 1, "Cannot read gradebook"),
        (_file_in_the_way, 1, "Move away what is in its place"),
        (_damaged_secret, 1, "Restore it from your backup"),
        (_unreadable_secret, 1, "Cannot read the course secret in "),
        (_fresh_clone_without_source, 1, "Cannot find notebook "),
        (_no_source_notebook, 1, "git checkout -- source/regularization"),
        (_other_points, 1, "differ about test_forward_propagation_with_dropout"),
    ],
)
def test_damaged_course_gives_a_clear_error(
    released_course: Course,
    damage: object,
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What an instructor can break is named, with what to do about it, and no traceback."""
    shutil.copytree(released_course.release(NAME), released_course.submitted("ada", NAME))
    assert callable(damage)
    damage(released_course)
    assert grade(released_course) == code
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert "Did you mean" not in error


def test_misplaced_hand_ins_are_told_and_need_a_person(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hand-in in the wrong place is no hand-in, and that does not go unnoticed."""
    shutil.copytree(
        released_course.release(NAME), released_course.submitted("ada", "Regularization")
    )
    assert grade(released_course) == 1
    error = capsys.readouterr().err
    assert "not taken as a submission: submitted/ada/Regularization: expected " in error
    assert "Nothing to grade" in error


def test_result_lines_go_into_a_pipe(released_course: Course, tmp_path: Path) -> None:
    """--json writes into what is there, and does not put a file in its place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        shutil.copytree(released_course.release(NAME), released_course.submitted("ada", NAME))
        assert grade(released_course, "--json", str(pipe)) == 0
        assert b'"student": "ada"' in os.read(reader, 100_000)
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_second_run_at_the_same_time_is_refused(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs in one course would take each other's folders away."""
    folder = os.open(released_course.root / "autograded", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        assert grade(released_course) == 1
    finally:
        os.close(folder)
    assert "another run is at work" in capsys.readouterr().err


def test_gradebook_elsewhere_gets_the_grades(released_course: Course, tmp_path: Path) -> None:
    """--db is honoured by every part of nbgrader that takes part, relative paths included."""
    shutil.copytree(released_course.release(NAME), released_course.submitted("ada", NAME))
    before = released_course.gradebook.read_bytes()
    elsewhere = tmp_path / "elsewhere.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert grade(released_course, "--db", "sqlite:///elsewhere.db") == 0
    assert released_course.gradebook.read_bytes() == before
    with closing(sqlite3.connect(elsewhere)) as database:
        assert database.execute("SELECT student_id FROM submitted_assignment").fetchall() == [
            ("ada",)
        ]


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:8786", "tcp://", "tcp://host", "host"])
def test_what_is_no_address_of_a_scheduler_is_refused_at_once(
    released_course: Course, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dask would wait for it, and then say so with a traceback."""
    options = ["--course-dir", str(released_course.root), "--scheduler", address]
    assert main(["grade", *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"grader: Cannot grade on {address!r}: that is no address")
    assert "tcp://" in error
