"""`nbgrader autograde` and the formgrader's button: the same jail, judge and record as `grader grade`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI

from grader import plugins
from grader.cli import main
from grader.course import Course
from grader.nbgrader_course import nbgrader_for
from grader.synthetic import read_handout, write_submission
from grader.worker import retire

from .classroom import (
    NAME,
    GradedClass,
    copy_of,
    edit,
    graded_class,
    notebook_of,
    right,
)
from .jail_support import HONEST_TOTAL, NO_BWRAP, descendants, has_bwrap
from .sharing import once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
    # nbgrader's own, whenever it enters a hand-in for the first time.
    pytest.mark.filterwarnings("ignore:Object of type <Submitted"),
]

CORPUS = Path(__file__).parent / "hostile"
#: Programs that gained points, or more, under nbgrader's own autograder.
PROGRAMS = (
    "ast_transformer",
    "displayhook_number",
    "equal_to_everything",
    "forged_judgement",
    "input_transformer",
    "patched_shell",
    "source_and_gradebook",
)
GRADES = """
    SELECT student_id, timestamp, late_submission_penalty, name, auto_score, manual_score,
           extra_credit, needs_manual_grade
    FROM grade JOIN base_cell ON base_cell.id = cell_id
"""
COMMENTS = """
    SELECT student_id, timestamp, late_submission_penalty, name, auto_comment, manual_comment
    FROM comment JOIN base_cell ON base_cell.id = cell_id
"""
OF_SUBMISSIONS = """
    JOIN submitted_notebook ON submitted_notebook.id = {0}.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""


def rows_of(course: Course) -> set[tuple[Any, ...]]:
    """All that the gradebook holds on submissions, read without nbgrader."""
    with closing(sqlite3.connect(course.gradebook)) as database:
        grades = database.execute(GRADES + OF_SUBMISSIONS.format("grade")).fetchall()
        comments = database.execute(COMMENTS + OF_SUBMISSIONS.format("comment")).fetchall()
    return {("grade", *row) for row in grades} | {("comment", *row) for row in comments}


def points_of(course: Course, student: str) -> float:
    """What the autograder gave a student."""
    return sum(row[5] or 0 for row in rows_of(course) if row[:2] == ("grade", student))


def files_of(folder: Path) -> dict[str, str]:
    """Every file below a folder, and a digest of its content; not the log of `grader grade`."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".log"
    }


def autograded(course: Course) -> dict[str, str]:
    """What lies in autograded/."""
    return files_of(course.root / "autograded")


def nbgrader(course: Course, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """nbgrader's own command, as an instructor types it."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("nbgrader")), *arguments],
        cwd=course.root,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def press(course: Course, student: str) -> dict[str, Any]:
    """The formgrader's Autograde button; its answer."""
    with nbgrader_for(course) as made:
        api = NbGraderAPI(coursedir=made.app.coursedir, parent=made.app)
        answer: dict[str, Any] = api.autograde(NAME, student)
    return answer


def grade(course: Course, *arguments: str) -> int:
    """`grader grade`, everything anew."""
    options = ["--course-dir", str(course.root), "--jobs", "1", "--force"]
    return main(["grade", *options, *arguments])


@pytest.fixture(scope="module", autouse=True)
def _no_jail_left() -> Iterator[None]:
    """End the jail that this process keeps warm."""
    yield
    retire()


@pytest.fixture(scope="module")
def jailed(
    tmp_path_factory: pytest.TempPathFactory, released_course_template: Course
) -> GradedClass:
    """The class, graded by `grader grade`."""
    return graded_class(tmp_path_factory, released_course_template, jailed=True)


@pytest.fixture
def course(jailed: GradedClass, tmp_path: Path) -> Course:
    """A course of one's own, graded by `grader grade`."""
    return copy_of(jailed.course, tmp_path / "course")


@pytest.fixture
def small(released_course: Course) -> Course:
    """A course of one's own with a single hand-in."""
    write_submission(read_handout(released_course, NAME), right("ada"))
    return released_course


@dataclass(frozen=True)
class ByNbgrader:
    """The class, graded by `nbgrader autograde`."""

    course: Course
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def by_nbgrader(jailed: GradedClass, tmp_path_factory: pytest.TempPathFactory) -> ByNbgrader:
    """The same class, graded from nothing by nbgrader's own command."""

    def make(folder: Path) -> ByNbgrader:
        course = copy_of(jailed.course, folder / "course")
        course.gradebook.unlink()
        shutil.rmtree(course.root / "autograded")
        (course.root / "autograded").mkdir()
        return ByNbgrader(course, nbgrader(course, "autograde", NAME))

    return once(tmp_path_factory, "by-nbgrader", make)


def test_the_gradebook_is_the_same(jailed: GradedClass, by_nbgrader: ByNbgrader) -> None:
    """Whichever command is typed: the same scores, comments and marks for a person, for everybody."""
    assert by_nbgrader.done.returncode == 0, by_nbgrader.done.stderr
    rows = rows_of(by_nbgrader.course)
    assert rows == rows_of(jailed.course)
    assert {row[1] for row in rows} == set(jailed.by_student)


def test_the_autograded_folders_are_the_same(jailed: GradedClass, by_nbgrader: ByNbgrader) -> None:
    """Feedback and the formgrader find the same files, to the byte."""
    assert autograded(by_nbgrader.course) == autograded(jailed.course)


def test_what_was_noticed_is_in_nbgraders_log(by_nbgrader: ByNbgrader) -> None:
    """An instructor who uses nbgrader's command sees each score and each note."""
    log = by_nbgrader.done.stderr
    assert "cleo: 72.5 of 100 points" in log
    assert "cut-off: not graded: Cannot read regularization.ipynb: it was cut off" in log
    assert "renamed: The notebook was called 'my work.ipynb'" in log


def test_the_grader_goes_on_from_there(
    jailed: GradedClass,
    by_nbgrader: ByNbgrader,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What nbgrader graded is not graded again, and gives the same result lines."""
    course = copy_of(by_nbgrader.course, tmp_path / "course")
    lines = tmp_path / "lines.jsonl"
    main(["grade", "--course-dir", str(course.root), "--jobs", "1", "--json", str(lines)])
    assert lines.read_text(encoding="utf-8") == jailed.lines
    assert "0 of them graded now" in capsys.readouterr().out


def test_the_button_gives_the_same(course: Course) -> None:
    """The formgrader's button, pressed on what was graded before, changes nothing."""
    rows, files = rows_of(course), autograded(course)
    for student in ("ada", "dan", "copied-cell", "cut-off", "skips-test"):
        answer = press(course, student)
        assert answer["success"], answer
    assert rows_of(course) == rows
    assert autograded(course) == files


def test_the_button_takes_a_name_as_a_name(small: Course) -> None:
    """nbgrader reads wildcards in a student's name, and would grade everybody whom they fit."""
    shutil.copytree(small.submitted("ada", NAME), small.submitted("a*", NAME))
    assert press(small, "a*")["success"]
    assert {row[1] for row in rows_of(small)} == {"a*"}


def test_notebooks_that_nbgrader_cannot_read_are_mended_first(small: Course) -> None:
    """A byte order mark, an old format or another kernel's name costs nothing."""
    for student in ("marked", "old", "other-kernel"):
        shutil.copytree(small.submitted("ada", NAME), small.submitted(student, NAME))
    marked, old = notebook_of(small, "marked"), notebook_of(small, "old")
    marked.write_bytes(b"\xef\xbb\xbf" + marked.read_bytes())
    notebook = nbformat.convert(nbformat.read(old, as_version=4), 3)
    old.write_text(nbformat.writes(notebook, version=3), encoding="utf-8")
    edit(small, "other-kernel", _with_another_kernel)
    assert press(small, "*")["success"]
    points = {row[1]: points_of(small, row[1]) for row in rows_of(small)}
    assert points == dict.fromkeys(("ada", "marked", "old", "other-kernel"), HONEST_TOTAL)


def _with_another_kernel(notebook: dict[str, Any]) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "no-such", "display_name": "?", "language": "R"}


def test_what_a_person_gave_stays_and_lateness_costs_the_same(
    small: Course, tmp_path: Path
) -> None:
    """Points by hand, extra credit and nbgrader's late penalty come out as under `grader grade`."""
    with small.config_file.open("a", encoding="utf-8") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    assert grade(small) == 0
    with closing(Gradebook(f"sqlite:///{small.gradebook}", "regularization-course")) as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-01-01 00:00:00 UTC")
        test, text = (
            gradebook.find_grade(name, NAME, NAME, "ada")
            for name in ("test_training", "interpretation")
        )
        test.manual_score, test.extra_credit, text.manual_score = 3.0, 1.0, 8.0
        gradebook.db.commit()
    twin = copy_of(small, tmp_path / "twin")
    assert press(small, "ada")["success"]
    assert grade(twin) == 0
    assert rows_of(small) == rows_of(twin)
    (penalty,) = {row[3] for row in rows_of(small)}
    assert penalty == 92.0


def test_odd_files_in_a_hand_in_stop_nothing_and_are_not_followed(
    small: Course, tmp_path: Path
) -> None:
    """nbgrader would copy what links point to into the student's feedback, and stop at a pipe."""
    folder = small.submitted("ada", NAME)
    (folder / "answers.txt").symlink_to(small.root / ".course_secret")
    (folder / "nowhere.txt").symlink_to(tmp_path / "no such file")
    os.mkfifo(folder / "pipe")
    (folder / "own.py").write_text("mine = 1\n")
    assert press(small, "ada")["success"]
    assert points_of(small, "ada") == HONEST_TOTAL
    found = set(files_of(small.autograded("ada", NAME)))
    assert "own.py" in found
    assert not found & {"answers.txt", "nowhere.txt", "pipe"}


def test_a_student_without_a_notebook_gets_a_recorded_zero(small: Course) -> None:
    """In a run over the class nobody is passed over in silence."""
    folder = small.submitted("bob", NAME)
    folder.mkdir(parents=True)
    (folder / "essay.pdf").write_bytes(b"%PDF")
    assert press(small, "*")["success"]
    assert points_of(small, "ada") == HONEST_TOTAL
    assert {row[5] for row in rows_of(small) if row[:2] == ("grade", "bob")} == {0.0}


@pytest.fixture(scope="module")
def attacked(
    released_course_template: Course, tmp_path_factory: pytest.TempPathFactory
) -> ByNbgrader:
    """A class of hostile programs and one honest student, graded by `nbgrader autograde`."""
    return once(
        tmp_path_factory, "attacked", lambda folder: _attacked(folder, released_course_template)
    )


def _attacked(folder: Path, released: Course) -> ByNbgrader:
    course = copy_of(released, folder / "course")
    handout = read_handout(course, NAME)
    for name in PROGRAMS:
        source = (CORPUS / name / "cell.py").read_text("utf-8")
        into = _expected(name)["into"]
        own = into == "own"
        write_submission(handout, right(name, **({} if own else {into: source})))
        if own:
            cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
            edit(course, name, lambda notebook, cell=cell: notebook["cells"].insert(1, cell))
    write_submission(handout, right("honest"))
    write_submission(handout, right("tags", compute_cost_with_regularization="1 / 0"))
    edit(course, "tags", _skip_all_tests)
    before = files_of(course.root / "source") | files_of(course.root / "submitted")
    done = nbgrader(course, "autograde", NAME)
    assert files_of(course.root / "source") | files_of(course.root / "submitted") == before
    return ByNbgrader(course, done)


def _expected(name: str) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((CORPUS / name / "expected.json").read_text("utf-8"))
    return expected


def _skip_all_tests(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_"):
            cell["metadata"]["tags"] = ["skip-execution"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_hostile_program_gains_nothing_through_nbgrader(attacked: ByNbgrader, name: str) -> None:
    """The points of the items that it attacks are not given, by nbgrader's command either."""
    scores = {row[4]: row[5] for row in rows_of(attacked.course) if row[:2] == ("grade", name)}
    for grade_id, verdict in _expected(name)["verdicts"].items():
        if verdict != "partial":
            assert scores[grade_id] == 0, grade_id
    assert sum(score or 0 for score in scores.values()) < HONEST_TOTAL


def test_tagging_test_cells_gains_nothing_through_nbgrader(attacked: ByNbgrader) -> None:
    """Under nbgrader's own autograder a test cell that does not run scores full marks."""
    (score,) = {
        row[5]
        for row in rows_of(attacked.course)
        if row[:2] == ("grade", "tags") and row[4] == "test_compute_cost_with_regularization"
    }
    assert score == 0


def test_the_honest_among_hostile_ones_get_their_points(attacked: ByNbgrader) -> None:
    """Nothing that the others did reaches this hand-in, the gradebook or the run."""
    assert attacked.done.returncode == 0, attacked.done.stderr
    assert points_of(attacked.course, "honest") == HONEST_TOTAL
    assert {row[1] for row in rows_of(attacked.course)} == {*PROGRAMS, "honest", "tags"}


def test_without_a_jail_nbgrader_grades_nothing(course: Course) -> None:
    """No fallback to a kernel with the instructor's rights: the remedy is named, nothing touched."""
    rows, files = rows_of(course), autograded(course)
    done = nbgrader(course, "autograde", NAME, "--force", PATH=str(Path(sys.executable).parent))
    assert done.returncode == 1
    assert "Cannot set up a jail" in done.stderr
    assert "apt-get install bubblewrap" in done.stderr
    assert "Traceback" not in done.stderr
    assert (rows_of(course), autograded(course)) == (rows, files)


def test_one_jail_serves_every_press_of_the_button(small: Course) -> None:
    """A long-lived server keeps a jail warm; a killed one is replaced, and so is an outdated one."""
    retire()
    others = descendants(os.getpid())  # of other tests

    def jail_after_a_press() -> set[int]:
        assert press(small, "ada")["success"]
        return descendants(os.getpid()) - others

    first = jail_after_a_press()
    assert jail_after_a_press() == first
    for process in first:
        with suppress(ProcessLookupError):  # it went with the one before
            os.kill(process, signal.SIGKILL)
    second = jail_after_a_press()
    assert not second & first
    with (small.source(NAME) / "reg_utils.py").open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert not jail_after_a_press() & second
    assert points_of(small, "ada") == HONEST_TOTAL


def test_a_judge_that_changed_under_the_server_does_not_grade(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that began before testcases/ changed would record the old judge's word as the new."""
    rows, files = rows_of(course), autograded(course)
    monkeypatch.setattr(plugins, "_LOADED", "another digest")
    answer = press(course, "ada")
    assert not answer["success"]
    assert "Start the Jupyter server anew" in answer["log"]
    assert (rows_of(course), autograded(course)) == (rows, files)


def test_nbgrader_waits_for_a_run_of_the_grader(small: Course) -> None:
    """Two runs in one course folder would take each other's files away."""
    from grader.workplace import alone

    with alone(small.root / "autograded"):
        answer = press(small, "ada")
    assert not answer["success"]
    assert "another run is at work there" in answer["log"]
    assert rows_of(small) == set()


def test_an_assignment_that_testcases_does_not_know_is_refused(small: Course) -> None:
    """There is no judge for it; a run in a kernel is not what was configured."""
    for folder in (small.root / "source", small.root / "submitted" / "ada"):
        shutil.copytree(folder / NAME, folder / "other")
    with nbgrader_for(small) as made:
        api = NbGraderAPI(coursedir=made.app.coursedir, parent=made.app)
        (small.submitted("ada", "other") / f"{NAME}.ipynb").rename(
            small.submitted("ada", "other") / "other.ipynb"
        )
        answer = api.autograde("other", "ada")
    assert not answer["success"]
    assert "testcases/other" in answer["log"]
