"""Where results may be written: files are replaced whole, everything else stays what it is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course, open_course
from grader.errors import GraderError, UsageError
from grader.writing import check_writable, write_anywhere

NAME = "regularization"


@pytest.fixture(name="nothing")
def _nothing(tmp_path: Path) -> Course:
    """A course with nothing in it."""
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").touch()
    return open_course(root)


def test_pipe_stays_a_pipe(nothing: Course, tmp_path: Path) -> None:
    """What somebody reads from at the other end is written into, not replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        check_writable(pipe, nothing)
        write_anywhere(pipe, "lines\n")
        assert os.read(reader, 100) == b"lines\n"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [nothing.root, pipe]


@pytest.mark.parametrize("there", [True, False])
def test_link_stays_a_link(there: bool, nothing: Course, tmp_path: Path) -> None:
    """Who links results to another place finds them in that place."""
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "results"
    if there:
        target.write_text("old")
        target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    check_writable(link, nothing)
    write_anywhere(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]
    if there:
        assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["folder", "none/results", "dangling"])
def test_what_cannot_be_written_is_refused_first(
    name: str, nothing: Course, tmp_path: Path
) -> None:
    """A slip in the name is told before an hour of grading."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "none" / "results")
    with pytest.raises(UsageError, match="Name a file"):
        check_writable(tmp_path / name, nothing)


def test_failure_at_the_end_has_a_remedy(tmp_path: Path) -> None:
    """If the place has gone meanwhile, the message says so, and what is not lost, if anything was done."""
    with pytest.raises(GraderError, match=r"with another file\. All is kept\.$"):
        write_anywhere(tmp_path / "gone" / "results", "lines", "All is kept.")
    with pytest.raises(GraderError, match=r"with another file\.$"):
        write_anywhere(tmp_path / "gone" / "results", "lines")


#: Each way to write a file that the user names; FILE stands for it.
COMMANDS = (
    "grade --json FILE",
    "report --output FILE",
    "export --output FILE",
    "replay ada --json FILE",
    "replay ada --bundle FILE",
    "release --force --zip FILE",
)
#: What is the course's own, and of no use as a results file.
OWN = (
    "gradebook.db",
    "gradebook.db-wal",
    ".course_secret",
    "nbgrader_config.py",
    f"source/{NAME}/{NAME}.ipynb",
    f"release/{NAME}/new.json",
    f"submitted/ada/{NAME}/{NAME}.ipynb",
    "autograded/results.jsonl",
    "feedback/ada.html",
    f"reports/{NAME}.jsonl",
    "link-to-the-gradebook",
    "elsewhere.sqlite",
    "submitted/../gradebook.db",
    "far/ada.json",
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, released_course_template: Course) -> Course:
    """A released course that nothing may change."""
    root = tmp_path_factory.mktemp("own") / "course"
    shutil.copytree(released_course_template.root, root)
    course = open_course(root)
    course.submitted("ada", NAME).mkdir(parents=True)
    shutil.copy(course.release(NAME) / f"{NAME}.ipynb", course.submitted("ada", NAME))
    (root / "reports").mkdir()
    (root / "reports" / f"{NAME}.jsonl").write_text("kept")
    (root / "link-to-the-gradebook").symlink_to("gradebook.db")
    shutil.copy(course.gradebook, root / "elsewhere.sqlite")
    shutil.rmtree(root / "feedback")
    (root / "disk").mkdir()
    (root / "feedback").symlink_to("disk")
    (root / "far").symlink_to("disk")
    return course


def _contents(course: Course) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_overwrites_the_course(
    command: str, own: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the name of a results file costs nobody the gradebook, the secret, or students' work."""
    before = _contents(own)
    for name in OWN:
        words = command.replace("FILE", str(own.root / name)).split()
        assert main([*words, "--course-dir", str(own.root)]) == 2, name
        error = capsys.readouterr().err
        assert "grader: Cannot write results to " in error
        assert "where no results belong. Name another file." in error
    assert _contents(own) == before


def test_a_gradebook_yet_to_be_made_is_not_taken(
    own: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that --db names is not written over by the results at the end of the same run."""
    file = tmp_path / "grades.db"
    options = ("--course-dir", str(own.root), "--db", f"sqlite:///{file}", "--json", str(file))
    assert main(["grade", *options]) == 2
    assert "it is the gradebook" in capsys.readouterr().err
    assert not file.exists()


def test_a_database_made_meanwhile_stays(tmp_path: Path) -> None:
    """Where a gradebook came to lie since the name was checked, it is not replaced."""
    file = tmp_path / "grades.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE grade (score)")
    before = file.read_bytes()
    with pytest.raises(GraderError, match="SQLite database"):
        write_anywhere(file, "lines")
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["results.jsonl", "reports/page.html", "exports/grades.csv"])
def test_other_files_of_the_course_are_written(name: str, nothing: Course) -> None:
    """Results may lie in the course folder, in the folders that are for them too."""
    target = nothing.root / name
    target.parent.mkdir(exist_ok=True)
    target.write_text("old")
    check_writable(target, nothing)
