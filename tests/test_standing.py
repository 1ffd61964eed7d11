"""A fault of the machine is no judgement: the earlier grade stands, and the next run tries again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course
from grader.pool import WorkerDiedError
from testcases import load_assignment
from testcases.regularization.answers import COST, FORWARD
from tests.classroom import NAME, cell_of, copy_of, edit, graded_class
from tests.test_grade import auto_scores

pytestmark = pytest.mark.slow

RIGHT_COST = """
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    squares = sum(np.sum(parameters[name] ** 2) for name in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd * squares / (2 * Y.shape[1])
"""


@pytest.fixture
def mine(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course, tmp_path: Path
) -> Course:
    """A graded course of one's own."""
    graded = graded_class(tmp_path_factory, released_course_template)
    return copy_of(graded.course, tmp_path / "course")


def grade(course: Course, *students: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and result lines of a run over some students."""
    target = course.root / "lines.jsonl"
    named = [f"--student={student}" for student in students]
    options = ["--course-dir", str(course.root), "--jobs", "1", "--no-jail", "--json", str(target)]
    code = main(["grade", *options, *named])
    return code, [json.loads(line) for line in target.read_text().splitlines()]


def graded_notebook(course: Course, student: str) -> Path:
    """The graded notebook of a student."""
    return course.autograded(student, NAME) / f"{NAME}.ipynb"


def in_gradebook(course: Course, statement: str) -> None:
    """Change the gradebook behind everybody's back."""
    with closing(sqlite3.connect(course.gradebook)) as database:
        database.execute(statement)
        database.commit()


def improve(notebook: dict[str, Any]) -> None:
    """Hand in again: the cost is right now, but the forward pass was deleted."""
    cell_of(notebook, COST)["source"] = RIGHT_COST
    cell_of(notebook, FORWARD)["source"] = "pass"


def test_gradebook_that_cannot_be_written_changes_no_grade(
    mine: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Halfway through the scores the database fails: old notebook and scores stay, and are told."""
    before, scores = graded_notebook(mine, "cleo").read_bytes(), auto_scores(mine, "cleo")
    edit(mine, "cleo", improve)
    in_gradebook(
        mine,
        "CREATE TRIGGER full BEFORE UPDATE ON grade WHEN OLD.auto_score = 25 "
        "BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    )
    code, (line,) = grade(mine, "cleo")
    assert code == 1
    assert line["status"] == "needs_attention"
    assert line["score"] == 72.5
    assert sum(item["score"] for item in line["items"]) == 72.5
    assert line["notes"] == [
        "not graded this time: the gradebook: disk is full; the earlier grade stands; run again"
    ]
    assert graded_notebook(mine, "cleo").read_bytes() == before
    assert auto_scores(mine, "cleo") == scores
    assert "disk is full" in capsys.readouterr().out

    in_gradebook(mine, "DROP TRIGGER full")
    code, (line,) = grade(mine, "cleo")
    assert "1 of them graded now" in capsys.readouterr().out
    assert line["status"] == "graded"
    assert [line["items"][number]["score"] for number in (0, 2)] == [15, 0]
    assert [path.name for path in mine.autograded("cleo", NAME).parent.iterdir()] == [NAME]


def test_place_that_cannot_be_written_to_is_named(mine: Course) -> None:
    """Without an earlier grade nothing is recorded; the note names the place and what to do."""
    shutil.copytree(mine.submitted("ada", NAME), mine.submitted("zoe", NAME))
    place = mine.root / "autograded" / "zoe"
    place.write_text("in the way")
    code, lines = grade(mine, "ada", "zoe")
    assert code == 1
    assert [line["status"] for line in lines] == ["graded", "needs_attention"]
    assert lines[1]["notes"] == [
        f"not graded this time: cannot write into {place}; move away this file; "
        "nothing was recorded; run again"
    ]
    assert auto_scores(mine, "zoe") == {}
    place.unlink()
    assert grade(mine, "zoe")[1][0]["score"] == 90


def test_write_protected_folder_is_named(mine: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission comes with its whole path and the command that mends it."""
    from grader.standing import NotGradedError, put_aside

    folder = mine.autograded("ada", NAME)
    monkeypatch.setattr("os.access", lambda path, mode: path != folder)
    with pytest.raises(NotGradedError) as told:
        put_aside(folder)
    assert str(told.value) == f"cannot write into {folder}; run: chmod -R u+rwX {folder}"
    assert graded_notebook(mine, "ada").is_file()


@pytest.mark.parametrize("whole", [True, False])
def test_run_that_was_killed_leaves_one_notebook(mine: Course, whole: bool) -> None:
    """What was put aside by a killed run comes back, unless the new grading was whole already."""
    from grader.standing import bring_back, put_aside

    folder = mine.autograded("ada", NAME)
    old = graded_notebook(mine, "ada").read_bytes()
    put_aside(folder)
    assert not folder.exists()
    other = mine.autograded("bob", NAME)
    shutil.copytree(other, folder)
    new = graded_notebook(mine, "ada").read_bytes()
    if not whole:
        graded_notebook(mine, "ada").unlink()
    put_aside(folder)
    bring_back(folder)
    assert graded_notebook(mine, "ada").read_bytes() == (new if whole else old)
    assert [path.name for path in folder.parent.iterdir()] == [NAME]


def test_dead_process_changes_no_grade(mine: Course) -> None:
    """If the process dies, the one that watches it brings the earlier notebook back."""
    from grader.gradebook import gradebook_url
    from grader.nbgrader_course import nbgrader_for
    from grader.records import Records
    from grader.standing import put_aside, unrecorded
    from grader.submissions import examine

    old = graded_notebook(mine, "ada").read_bytes()
    put_aside(mine.autograded("ada", NAME))
    with nbgrader_for(mine) as nbgrader:
        url = gradebook_url(nbgrader, None)
        with closing(Records(url, nbgrader.course_id, NAME)) as records:
            submission, died = examine(mine, "ada", NAME), WorkerDiedError()
            result = unrecorded(mine, load_assignment(NAME), submission, died, records)
    assert (result.status, result.score) == ("needs_attention", 90)
    assert "process died" in result.notes[0]
    assert "the earlier grade stands" in result.notes[0]
    assert graded_notebook(mine, "ada").read_bytes() == old


def _old_schema(notebook: dict[str, Any]) -> None:
    cell_of(notebook, f"test_{COST}")["metadata"]["nbgrader"]["schema_version"] = 1


def _graded_title(notebook: dict[str, Any]) -> None:
    cell_of(notebook, "title")["metadata"]["nbgrader"].update(grade=True, points=1)


def _no_grade_id(notebook: dict[str, Any]) -> None:
    del cell_of(notebook, "title")["metadata"]["nbgrader"]["grade_id"]


def _too_many_points(notebook: dict[str, Any]) -> None:
    cell_of(notebook, COST)["source"] = (
        "import sys\n\nsys.displayhook.compute_format_data = lambda result: ({'text/plain': '99'}, {})"
    )


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (_old_schema, "old version"),
        (_graded_title, "metadata of its cells is damaged"),
        (_no_grade_id, "metadata of its cells is damaged"),
        (_too_many_points, "more points than it is worth"),
    ],
)
def test_fault_of_the_hand_in_is_recorded(mine: Course, change: Any, note: str) -> None:
    """What the student's file does to nbgrader is 0 points until it is mended, as before."""
    edit(mine, "dan", change)
    _, (line,) = grade(mine, "dan")
    assert line["status"] == "needs_attention"
    assert line["notes"][0].startswith("not graded: ")
    assert note in line["notes"][0]
    assert set(auto_scores(mine, "dan").values()) == {0.0}
