"""What goes wrong with a release: a clear sentence, the right exit code, and nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course
from testcases.secret import SECRET_FILE

from .test_release import NAME, cell, contents, edit, notebook_path, release

pytestmark = pytest.mark.slow

Damage = Callable[[Course], None]


def _truncated(course: Course) -> None:
    raw = notebook_path(course).read_bytes()
    notebook_path(course).write_bytes(raw[: len(raw) // 2])


def _config(text: str) -> Damage:
    def damage(course: Course) -> None:
        course.config_file.write_text(text, encoding="utf-8")

    return damage


def _appended_config(text: str) -> Damage:
    def damage(course: Course) -> None:
        with course.config_file.open("a", encoding="utf-8") as file:
            file.write(text)

    return damage


def _notebook(change: Callable[[dict[str, Any]], None]) -> Damage:
    def damage(course: Course) -> None:
        edit(notebook_path(course), change)

    return damage


def _cell(grade_id: str, **values: Any) -> Damage:
    return _notebook(lambda notebook: cell(notebook, grade_id).update(values))


def _nbgrader(grade_id: str, /, **values: Any) -> Damage:
    return _notebook(
        lambda notebook: cell(notebook, grade_id)["metadata"]["nbgrader"].update(values)
    )


def _file(path: str, text: str) -> Damage:
    def damage(course: Course) -> None:
        (course.source(NAME) / path).write_text(text, encoding="utf-8")

    return damage


def _release_is_a_file(course: Course) -> None:
    folder = course.release(NAME).parent
    folder.rename(course.root / "release-before")
    folder.write_text("in the way", encoding="utf-8")


def _release_folder_is_a_file(course: Course) -> None:
    folder = course.release(NAME)
    folder.rename(course.root / "release-before")
    folder.write_text("in the way", encoding="utf-8")


def _copies_are_a_file(course: Course) -> None:
    folder = course.source(NAME) / "public_tests"
    folder.rename(course.root / "public-tests-before")
    folder.write_text("in the way", encoding="utf-8")


def _other_course(course: Course) -> None:
    with sqlite3.connect(course.gradebook) as gradebook:
        gradebook.execute("INSERT INTO course VALUES ('statistics-1')")
        gradebook.execute("UPDATE assignment SET course_id = 'statistics-1'")
    gradebook.close()


def _unrelated_assignments(course: Course) -> None:
    _other_course(course)
    with sqlite3.connect(course.gradebook) as gradebook:
        gradebook.execute("UPDATE assignment SET name = 'sampling'")
    gradebook.close()


def _old_schema(course: Course) -> None:
    with sqlite3.connect(course.gradebook) as gradebook:
        gradebook.execute("UPDATE alembic_version SET version_num = '50a4d84c131a'")
    gradebook.close()


def _other_database(course: Course) -> None:
    course.gradebook.unlink()
    with sqlite3.connect(course.gradebook) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    database.close()


def _secret_is_a_folder(course: Course) -> None:
    (course.root / SECRET_FILE).unlink()
    (course.root / SECRET_FILE).mkdir()


def _damaged_gradebook(course: Course) -> None:
    course.gradebook.write_bytes(b"this was a gradebook once\n" * 400)


#: What is done to a good course; the exit code; what the message must say.
CASES: dict[str, tuple[Damage, int, tuple[str, ...]]] = {
    "notebook missing": (
        lambda course: notebook_path(course).unlink(),
        1,
        ("Cannot find notebook", "git checkout -- source/regularization"),
    ),
    "notebook cut off": (_truncated, 1, ("cut off or damaged", "git checkout")),
    "notebook empty": (
        lambda course: notebook_path(course).write_bytes(b""),
        1,
        ("it is empty", "git checkout"),
    ),
    "notebook not UTF-8": (
        lambda course: notebook_path(course).write_bytes(b'{"cells": "\xff\xfe"}'),
        1,
        ("not UTF-8", "git checkout"),
    ),
    "notebook without cells": (
        lambda course: notebook_path(course).write_text("{}"),
        1,
        ("no list of cells",),
    ),
    "notebook not fetched": (
        lambda course: notebook_path(course).write_text(
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        ),
        1,
        ("git lfs pull",),
    ),
    "notebook of the old format": (
        _notebook(lambda notebook: notebook.update(nbformat=3)),
        1,
        ("its format is 3, not 4", "jupyter nbconvert"),
    ),
    "cell of no known type": (
        _cell("title", cell_type="poem"),
        1,
        ("Cannot read notebook", "poem", ". Restore it"),
    ),
    "second notebook": (
        lambda course: (course.source(NAME) / "Untitled.ipynb").write_text("{}"),
        1,
        ("Untitled.ipynb", "Move what is not theirs"),
    ),
    "config raises": (
        _config("c = get_config()\n\nc.ClearSolutions.text_stub = undefined_name\n"),
        2,
        ("NameError at line 3", "undefined_name", "Mend that line"),
    ),
    "config is no Python": (_config("c = get_config(\n"), 2, ("SyntaxError at line 1",)),
    "config exits": (_config("import sys\nsys.exit(3)\n"), 2, ("SystemExit at line 2",)),
    "config without a course": (_config("c = get_config()\n"), 2, ("course_id", "Add the line")),
    "config of the wrong type": (
        _appended_config("\nc.ClearSolutions.text_stub = 5\n"),
        2,
        ("Cannot use nbgrader_config.py", "text_stub", "the int 5. Mend that setting"),
    ),
    "config without a stub": (
        _appended_config('\nc.ClearSolutions.code_stub = {"R": "fail()"}\n'),
        2,
        ("no text for Python",),
    ),
    "gradebook address is nonsense": (
        _appended_config('\nc.CourseDirectory.db_url = "somewhere"\n'),
        2,
        ("it is not an address", "db_url"),
    ),
    "release is a file": (_release_is_a_file, 1, ("Cannot write into", "must be a folder")),
    "release folder is a file": (
        _release_folder_is_a_file,
        1,
        ("Cannot write into", "regularization in it is a file"),
    ),
    "copies are a file": (_copies_are_a_file, 1, ("Cannot write", "public_tests")),
    "gradebook of another course": (
        _other_course,
        1,
        ("belongs to another course, 'statistics-1'", "'regularization-course'", "mv "),
    ),
    "gradebook of unrelated assignments": (
        _unrelated_assignments,
        1,
        ("belongs to another course",),
    ),
    "gradebook of another nbgrader": (_old_schema, 1, ("another version", "nbgrader db upgrade")),
    "gradebook is another database": (_other_database, 1, ("no gradebook of nbgrader's", "mv ")),
    "gradebook damaged": (_damaged_gradebook, 1, ("Cannot read gradebook", "backup", "mv ")),
    "points differ": (
        _nbgrader("test_training", points=11),
        1,
        ("'test_training' is worth 11 points instead of 10",),
    ),
    "test cell missing": (
        _notebook(lambda notebook: notebook["cells"].remove(cell(notebook, "test_training"))),
        1,
        ("there is no cell 'test_training'",),
    ),
    "test cell skipped": (
        _notebook(
            lambda notebook: cell(notebook, "test_training")["metadata"].update(
                tags=["skip-execution"]
            )
        ),
        1,
        ("would never be graded",),
    ),
    "graded cell too many": (
        _nbgrader("title", grade=True, points=1),
        1,
        ("'title' is graded, but the assignment has no such item",),
    ),
    "no hidden tests": (
        _cell("test_training", source="check('training', globals())"),
        1,
        ("no hidden tests",),
    ),
    "marker without its end": (
        _cell("compute_cost_with_regularization", source="### BEGIN SOLUTION\nx = 1"),
        1,
        ("'compute_cost_with_regularization': line 1 has 'BEGIN SOLUTION'",),
    ),
    "solution where nobody may answer": (
        _cell("packages", source="### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        1,
        ("'packages' has a solution in it",),
    ),
    "cell without id": (
        _notebook(lambda notebook: cell(notebook, "title").pop("id")),
        1,
        ("some cells have no id",),
    ),
    "outputs left in": (
        _cell("packages", execution_count=3),
        1,
        ("it holds outputs",),
    ),
    "other kernel": (
        _notebook(lambda notebook: notebook["metadata"]["kernelspec"].update(name="my-env")),
        1,
        ("its kernel is 'my-env'",),
    ),
    "copied cell": (
        _notebook(lambda notebook: notebook["cells"].append(cell(notebook, "test_training"))),
        1,
        ("2 cells have the grade_id 'test_training'",),
    ),
    "solution in a helper module": (
        _file("helper.py", "A1 = A1 / keep_prob  # scale\nA1 = A1  /  keep_prob\n"),
        1,
        ("helper.py contains the solution line `A1 = A1 / keep_prob`", "Remove it"),
    ),
    "solution in another style": (
        _file(
            "regularization_solution.py",
            "def compute_cost_with_regularization(A, Y, p, l):\n    return l\n",
        ),
        1,
        (
            "regularization_solution.py defines compute_cost_with_regularization",
            "which students are to write",
            "Remove it",
        ),
    ),
    "secret that cannot be read": (
        _secret_is_a_folder,
        1,
        ("Cannot read the course secret in ", "chmod 600"),
    ),
    "markers in a text file": (
        _file("notes.txt", "### BEGIN HIDDEN TESTS\n"),
        1,
        ("notes.txt contains 'BEGIN HIDDEN TESTS'",),
    ),
    "private package imported": (
        _file("helper.py", "from testcases.secret import stream\n"),
        1,
        ("helper.py imports testcases",),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_explained_and_changes_nothing(
    case: str, released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with a course, the message names cause and remedy, and the release stays."""
    damage, code, sentences = CASES[case]
    before = contents(released_course.release(NAME))
    damage(released_course)
    assert release(released_course) == code
    captured = capsys.readouterr()
    for sentence in sentences:
        assert sentence in captured.err
    assert captured.err.startswith("grader: Cannot ")
    assert "Traceback" not in captured.err + captured.out
    release_folder = released_course.release(NAME)
    if release_folder.is_dir():
        assert contents(release_folder) == before
        assert [path.name for path in release_folder.parent.iterdir()] == [NAME]


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own
def test_cells_with_graded_submissions_stay(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """nbgrader cannot exchange cells under graded submissions; even --force says so, and changes nothing."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{released_course.gradebook}", "regularization-course") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")
    before = contents(released_course.release(NAME))
    _nbgrader("title", grade_id="heading")(released_course)
    assert release(released_course, "--force") == 1
    error = capsys.readouterr().err
    assert "holds graded submissions" in error
    assert "old grade_ids back" in error
    assert contents(released_course.release(NAME)) == before


def test_a_locked_gradebook_asks_for_patience(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """While another program writes to the gradebook, nothing is said to be broken."""
    other = sqlite3.connect(released_course.gradebook)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert release(released_course) == 1
    finally:
        other.close()
    assert "wait until it has finished" in capsys.readouterr().err


def test_private_modules_stay_back(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A private module that was copied beside the notebook under any name is recognised."""
    import testcases.regularization.reference as private

    copy = released_course.source(NAME) / "handy.py"
    copy.write_bytes(Path(private.__file__).read_bytes())
    assert release(released_course) == 1
    error = capsys.readouterr().err
    assert "handy.py is the private module regularization/reference.py" in error


def test_a_notebook_backup_is_a_leak(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """An editor's backup of the notebook, solutions included, does not travel to students."""
    backup = notebook_path(released_course).with_suffix(".ipynb~")
    backup.write_bytes(notebook_path(released_course).read_bytes())
    assert release(released_course) == 1
    assert "regularization.ipynb~ contains 'BEGIN SOLUTION'" in capsys.readouterr().err


def test_an_assignment_that_nobody_can_judge(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder under source/ without its counterpart in testcases/ cannot be released."""
    (released_course.root / "source" / "poetry").mkdir()
    assert release(released_course, "poetry") == 1
    assert "Cannot judge assignment 'poetry'" in capsys.readouterr().err


def test_unknown_assignment_is_a_usage_error(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt assignment gets a guess at what was meant, and exit code 2."""
    assert release(released_course, "regularisation") == 2
    error = capsys.readouterr().err
    assert "Cannot find assignment 'regularisation'" in error
    assert "Did you mean 'regularization'?" in error


@pytest.mark.parametrize("command", ["release", "verify"])
def test_not_a_course_folder_is_a_usage_error(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside a course folder the command says how to name one, and exit code 2."""
    assert main([command, "--course-dir", str(tmp_path)]) == 2
    assert "--course-dir" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_course_without_assignments_is_explained(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A course folder without any source says what to put where."""
    (released_course.root / "source").rename(released_course.root / "sources")
    assert release(released_course) == 1
    assert "Put the assignment's notebook into source/NAME/NAME.ipynb" in capsys.readouterr().err


def test_damaged_data_never_reach_students(
    released_course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A damaged original is refused before anything is copied, with the command that repairs it."""
    damaged = tmp_path / "data.mat"
    damaged.write_bytes(b"cut off")
    monkeypatch.setattr("datasets.loader.DATA_FILE", damaged)
    before = contents(released_course.root)
    assert main(["release", "--course-dir", str(released_course.root)]) == 1
    message = capsys.readouterr().err
    assert "it may be cut off" in message
    assert "python -m datasets make" in message
    assert contents(released_course.root) == before
