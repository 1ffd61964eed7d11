"""`grader grade` on a class with everything that goes wrong, and on one that was graded before."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.results import RECORD_KEY
from tests.classroom import (
    NAME,
    ODD_NAME,
    GradedClass,
    cell_of,
    copy_of,
    edit,
    graded_class,
    notebook_of,
)

SOME = ("ada", "bob", "cleo", "dan")
ALL_RIGHT = ("correct",) * 5
UNGRADED = ("error",) * 6

#: student → status, score, verdicts, and a piece of its notes.
EXPECTED = {
    "a-loop": (
        "needs_attention",
        60,
        (*ALL_RIGHT[:3], "timeout", "timeout", "manual"),
        "did not come to an end in time",
    ),
    "ada": ("graded", 90, (*ALL_RIGHT, "manual"), ""),
    "bob": ("graded", 90, (*ALL_RIGHT, "manual"), ""),
    "cleo": ("graded", 72.5, ("incorrect", *ALL_RIGHT[:3], "partial", "manual"), ""),
    "dan": ("graded", 0, ("not_attempted",) * 6, ""),
    "eve": ("graded", 60, ("correct", "correct", "error", "correct", "partial", "manual"), ""),
    ODD_NAME: ("graded", 90, (*ALL_RIGHT, "manual"), ""),
    "no-date": ("graded", 90, (*ALL_RIGHT, "manual"), "timestamp.txt was left aside"),
    "noisy": ("graded", 90, (*ALL_RIGHT, "manual"), "the judge's points were recorded"),
    "no-answer-cell": (
        "needs_attention",
        90,
        (*ALL_RIGHT, "error"),
        "interpretation is missing",
    ),
    "no-test-cell": (
        "needs_attention",
        80,
        (*ALL_RIGHT[:4], "error", "manual"),
        "test_training is missing",
    ),
    "skips-test": (
        "needs_attention",
        70,
        ("error", *ALL_RIGHT[:3], "partial", "manual"),
        "skip-execution",
    ),
    "dead": ("needs_attention", 0, UNGRADED, "the Python process died"),
    "copied-cell": ("needs_attention", 0, UNGRADED, "more than one cell test_compute_cost"),
    "renamed": ("needs_attention", 0, UNGRADED, "there is my work.ipynb"),
    "cut-off": ("needs_attention", 0, UNGRADED, "it was cut off"),
    "latin-1": ("needs_attention", 0, UNGRADED, "it is not UTF-8 text"),
    "empty": ("needs_attention", 0, UNGRADED, "is empty"),
}


@pytest.fixture(scope="session")
def graded(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course
) -> GradedClass:
    """The class, graded once."""
    return graded_class(tmp_path_factory, released_course_template)


@pytest.fixture
def mine(graded: GradedClass, tmp_path: Path) -> Course:
    """A graded course of one's own."""
    return copy_of(graded.course, tmp_path / "course")


def grade(course: Course, *arguments: str) -> int:
    """Run the command with one process."""
    return main(["grade", "--course-dir", str(course.root), "--jobs", "1", "--no-jail", *arguments])


def lines_of(course: Course, students: Sequence[str], *arguments: str) -> list[str]:
    """The result lines of some students."""
    target = course.root / "lines.jsonl"
    grade(course, "--student", *students, "--json", str(target), *arguments)
    return target.read_text().splitlines()


def auto_scores(course: Course, student: str) -> dict[str, float | None]:
    """What the gradebook holds, read without nbgrader."""
    query = """
        SELECT base_cell.name, grade.auto_score FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE submitted_assignment.student_id = ?
    """
    with closing(sqlite3.connect(course.gradebook)) as database:
        return dict(database.execute(query, (student,)).fetchall())


@pytest.mark.slow
@pytest.mark.parametrize("student", EXPECTED)
def test_each_hand_in_gets_the_result_it_deserves(graded: GradedClass, student: str) -> None:
    """Right is right in any style, nothing is full marks by accident, and the note says what to do."""
    line = graded.by_student[student]
    status, score, verdicts, note = EXPECTED[student]
    assert line["status"] == status
    assert line["score"] == score
    assert tuple(item["verdict"] for item in line["items"]) == verdicts
    assert note in "; ".join(line["notes"])
    assert bool(line["notes"]) == bool(note)


@pytest.mark.slow
def test_class_is_complete_sorted_and_told_to_need_a_person(graded: GradedClass) -> None:
    """No hand-in is lost over another's fault; exit code 1 says that somebody must look."""
    assert list(graded.by_student) == sorted(EXPECTED)
    assert graded.code == 1


@pytest.mark.slow
@pytest.mark.parametrize("student", EXPECTED)
def test_gradebook_holds_what_the_line_says(graded: GradedClass, student: str) -> None:
    """Every automatic item has a recorded score, 0 included, and it is the line's."""
    recorded = auto_scores(graded.course, student)
    for item in graded.by_student[student]["items"]:
        if item["verdict"] == "manual":
            assert recorded[item["grade_id"]] is None
        else:
            assert recorded[item["grade_id"]] == item["score"]


@pytest.mark.slow
def test_second_run_grades_nothing_and_says_the_same(
    mine: Course, graded: GradedClass, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has not changed is read from the records, to the letter."""
    code = grade(mine, "--json", "-")
    captured = capsys.readouterr()
    assert code == 1
    assert captured.out == graded.lines
    assert "0 of them graded now" in captured.err


@pytest.mark.slow
def test_grading_again_by_force_says_the_same(mine: Course, graded: GradedClass) -> None:
    """The number of workers, the order, and how often do not show in the result."""
    students = ("cleo", "no-date", ODD_NAME)
    expected = [json.dumps(graded.by_student[student]) for student in sorted(students)]
    assert lines_of(mine, students, "--force") == expected


@pytest.mark.slow
@pytest.mark.parametrize("what", ["submission", "tests", "record", "gradebook"])
def test_whatever_changed_is_graded_again(
    mine: Course, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new hand-in, changed tests, a half-graded notebook, a lost score: each is noticed."""
    if what == "submission":
        edit(mine, "dan", lambda notebook: cell_of(notebook, "interpretation").update(source="I."))
    elif what == "tests":
        with (mine.source(NAME) / "reg_utils.py").open("a") as file:
            file.write("\n# a remark\n")
    elif what == "record":
        path = mine.autograded("dan", NAME) / f"{NAME}.ipynb"
        notebook = json.loads(path.read_text())
        del notebook["metadata"][RECORD_KEY]
        path.chmod(0o644)
        path.write_text(json.dumps(notebook))
    else:
        with closing(sqlite3.connect(mine.gradebook)) as database:
            database.execute("UPDATE grade SET auto_score = 7 WHERE auto_score = 0")
            database.commit()
    (line,) = lines_of(mine, ["dan"])
    assert "1 of them graded now" in capsys.readouterr().out
    assert json.loads(line)["score"] == 0
    last = json.loads(line)["items"][-1]["verdict"]
    assert last == ("manual" if what == "submission" else "not_attempted")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_run_that_was_broken_off_is_taken_up_again(
    mine: Course,
    graded: GradedClass,
    number: signal.Signals,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After Ctrl-C, and when it was ended or killed, what was finished stays and the rest is graded.

    The gradebook is gone beforehand, as in a fresh clone: it is made, assignment included.
    """
    mine.gradebook.unlink()
    shutil.rmtree(mine.root / "autograded")
    command = [sys.executable, "-m", "grader", "grade", "--no-jail", "--course-dir", str(mine.root)]
    with subprocess.Popen(
        [*command, "--jobs", "1", "--student", *SOME],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # the tests' may be ignored
    ) as process:
        wait_for_record(mine, SOME[0])
        process.send_signal(number)
        _, error = process.communicate(timeout=60)
    assert process.returncode == (-number if number is signal.SIGKILL else 128 + number)
    if number is not signal.SIGKILL:
        assert b"what has been begun is finished" in error
        assert b"leaked" not in error
        assert b"Traceback" not in error
    assert not has_record(mine, SOME[-1])
    left = [student for student in SOME if not has_record(mine, student)]
    lines = lines_of(mine, SOME)
    assert f"{len(left)} of them graded now" in capsys.readouterr().out
    assert lines == [json.dumps(graded.by_student[student]) for student in SOME]


def has_record(course: Course, student: str) -> bool:
    """Whether a student was graded to the end."""
    path = course.autograded(student, NAME) / f"{NAME}.ipynb"
    try:
        return RECORD_KEY in json.loads(path.read_text())["metadata"]
    except (OSError, ValueError):
        return False


def wait_for_record(course: Course, student: str) -> None:
    """Wait until a student was graded to the end."""
    deadline = time.monotonic() + 60
    while not has_record(course, student):
        assert time.monotonic() < deadline, "nobody was graded within a minute"
        time.sleep(0.05)


@pytest.mark.slow
def test_plain_nbgrader_comes_to_the_same_scores(mine: Course) -> None:
    """Without our plug-in, nbgrader's own command and its export give the same points."""
    config = mine.config_file.read_text(encoding="utf-8").splitlines(keepends=True)
    plain = [line for line in config if not line.startswith("c.Autograde.")]
    assert len(plain) == len(config) - 1
    mine.config_file.write_text("".join(plain), encoding="utf-8")
    before = {student: auto_scores(mine, student) for student in SOME}
    for student in set(mine.students(NAME)) - set(SOME):
        shutil.rmtree(mine.root / "submitted" / student)
    nbgrader = Path(sys.executable).with_name("nbgrader")
    for arguments in (["autograde", NAME, "--force"], ["export"]):
        done = subprocess.run(
            [str(nbgrader), *arguments], cwd=mine.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert {student: auto_scores(mine, student) for student in SOME} == before
    (row,) = [
        line for line in (mine.root / "grades.csv").read_text().splitlines() if "cleo" in line
    ]
    assert ",72.5," in row


@pytest.mark.slow
def test_name_that_is_not_unicode_is_told_and_harms_nobody(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder name that the gradebook cannot hold is a note, not a crash."""
    odd = os.fsdecode(b"caf\xe9")
    shutil.copytree(mine.submitted("dan", NAME), mine.submitted(odd, NAME))
    lines = [json.loads(line) for line in lines_of(mine, ["dan", odd])]
    assert [line["status"] for line in lines] == ["needs_attention", "graded"]
    assert "rename the folder" in lines[0]["notes"][0]
    assert r"caf\udce9" in capsys.readouterr().out


@pytest.mark.slow
def test_link_in_place_of_the_notebook_is_not_followed(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody hands in somebody else's notebook by pointing at it."""
    path = notebook_of(mine, "dan")
    path.unlink()
    path.symlink_to(notebook_of(mine, "ada"))
    (line,) = lines_of(mine, ["dan"])
    assert json.loads(line)["score"] == 0
    assert "symbolic link" in capsys.readouterr().out
