"""What is told of a run in which something cannot be read or recorded: the file, and no score.

Whoever runs the tests as root may read and write everything, so commands run where that right is
taken away.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.errors import path_of, short_cause
from grader.submissions import examine

from .jail_support import NO_BWRAP, has_bwrap
from .test_release import NAME

pytestmark = pytest.mark.slow
needs_bwrap = pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)

#: A run in which the folder of the gradebook becomes read-only after it was looked at.
_LATE = """
import sys
from pathlib import Path
from grader.course import open_course
from grader.records import Records, Scores, no_penalty
from grader.standing import unrecorded
from grader.submissions import examine
from sqlalchemy.exc import SQLAlchemyError
from testcases import load_assignment

root, name = Path(sys.argv[1]), sys.argv[2]
course, assignment = open_course(root), load_assignment(name)
records = Records(f"sqlite:///{course.gradebook}", "regularization-course", name)
root.chmod(0o555)
points = {item.grade_id: 1.0 for item in assignment.items}
try:
    records.write(Scores("ada", None, points), no_penalty)
except SQLAlchemyError as error:
    print(unrecorded(course, assignment, examine(course, "ada", name), error, records).notes[0])
"""

_WHY = "import sys\nfrom grader.gradebook_state import unwritable\nprint(unwritable(sys.argv[1]))"


def in_chains(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with permissions that hold for root too."""
    drop = ["--cap-drop", "CAP_DAC_OVERRIDE", "--cap-drop", "CAP_DAC_READ_SEARCH"]
    return subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", *drop, sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
    )


def ask_why(gradebook: Path, *within: str) -> str:
    """Why a gradebook cannot be written to, asked in another process."""
    command = [*within, sys.executable, "-c", _WHY, f"sqlite:///{gradebook}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def hand_in(course: Course, *students: str) -> None:
    """Hand in the release as it is."""
    for student in students:
        shutil.copytree(course.release(NAME), course.submitted(student, NAME))


def grade(course: Course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`grader grade` without root's rights."""
    options = ["--course-dir", str(course.root), "--jobs", "1"]
    return in_chains("-m", "grader", "grade", *options, *arguments)


@needs_bwrap
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_gradebook_is_named_with_the_remedy(released_course: Course, what: str) -> None:
    """Nothing is run or counted; the message names what to make writable, and so does the doctor."""
    hand_in(released_course, "ada")
    place = released_course.gradebook
    if what == "folder":
        elsewhere = released_course.root / "elsewhere"
        elsewhere.mkdir()
        with released_course.config_file.open("a") as file:
            file.write(f'\nc.CourseDirectory.db_url = "sqlite:///{elsewhere}/gradebook.db"\n')
        place.rename(elsewhere / place.name)
        place = elsewhere
    place.chmod(0o555 if place.is_dir() else 0o444)
    done = grade(released_course)
    assert done.returncode == 1
    assert "grader: Cannot record grades: the gradebook " in done.stderr
    assert "read-only for you" in done.stderr
    assert f"{place} (if it is another's: sudo chown" in done.stderr
    assert "graded now" not in done.stdout
    doctor = in_chains("-m", "grader", "doctor", "--course-dir", str(released_course.root))
    assert doctor.returncode == 1
    assert "FAIL     the gradebook " in doctor.stdout
    place.chmod(0o755)


@needs_bwrap
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_gradebook_on_a_read_only_file_system_is_to_be_mounted_for_writing(
    tmp_path: Path, what: str
) -> None:
    """No permission that one could give would help there, so none is proposed."""
    gradebook = tmp_path / "gradebook.db"
    if what == "file":
        gradebook.touch()
    mounts = ["--dev-bind", "/", "/", "--ro-bind", str(tmp_path), str(tmp_path)]
    told = ask_why(gradebook, "bwrap", *mounts)
    assert "read-only file system" in told
    asked = gradebook if what == "file" else tmp_path
    assert f"findmnt -T {asked}; mount it for writing" in told
    assert "or move the course" in told
    assert "chmod" not in told


@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_immutable_gradebook_is_to_be_unlocked(tmp_path: Path, what: str) -> None:
    """Neither root nor any permission may write to what bears the attribute; `chattr` takes it away."""
    gradebook = tmp_path / "gradebook.db"
    gradebook.touch()
    place = gradebook if what == "file" else tmp_path
    chattr = shutil.which("chattr")
    if chattr is None or subprocess.run([chattr, "+i", place], check=False).returncode:
        pytest.skip("only root may lock a file, on a file system that knows of it")
    try:
        told = ask_why(gradebook)
    finally:
        subprocess.run([chattr, "-i", place], check=True)
    assert "immutable" in told
    assert f"lsattr -d {place}; then run: sudo chattr -i {place}" in told
    assert "chmod" not in told


@needs_bwrap
def test_a_gradebook_that_becomes_read_only_is_named_in_the_note(released_course: Course) -> None:
    """The database's own words name no file."""
    hand_in(released_course, "ada")
    done = in_chains("-c", _LATE, str(released_course.root), NAME)
    released_course.root.chmod(0o755)
    told = f"the gradebook {released_course.gradebook} lies in a folder that is read-only for you"
    assert told in done.stdout, done.stderr
    assert f"Run: chmod u+rwx {released_course.root}" in done.stdout
    assert "nothing was recorded" in done.stdout


@needs_bwrap
def test_an_unreadable_notebook_has_no_score_and_is_in_no_mean(
    released_course: Course, tmp_path: Path
) -> None:
    """Its path is shown as text; what has an earlier score keeps it; only scores make the mean."""
    hand_in(released_course, "ada", "bob")
    assert main(["grade", "--course-dir", str(released_course.root), "--jobs", "1"]) == 0
    with closing(sqlite3.connect(released_course.gradebook)) as database:
        database.execute("UPDATE grade SET manual_score = 5")
        database.commit()
    hand_in(released_course, "zoe")
    hidden = [released_course.submitted(name, NAME) / f"{NAME}.ipynb" for name in ("bob", "zoe")]
    for path in hidden:
        path.chmod(0)
    lines = tmp_path / "lines"
    done = grade(released_course, "--json", str(lines))
    assert done.returncode == 1, done.stderr
    for path in hidden:
        assert f"{path} cannot be read (Permission denied); run: chmod -R u+rX" in done.stdout
    assert "b'" not in done.stdout
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.strip()}
    assert rows["bob"][1:4] == ["30", "of", "100"]
    assert rows["zoe"][1:8] == ["–"] * 7
    assert "– no score" in done.stdout
    assert "3 submissions, 0 of them graded now, 1 without a score, mean score 30 of 100" in (
        done.stdout
    )
    told = {line["student"]: line for line in map(json.loads, lines.read_text().splitlines())}
    assert told["zoe"]["status"] == "needs_attention"
    assert told["zoe"]["score"] == 0.0  # a number, as in every line; the note says what it is worth
    assert "nothing was recorded" in told["zoe"]["notes"][0]


def test_what_could_not_be_recorded_was_not_graded(
    released_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """A grading that failed in its last step is not among those that the summary counts."""
    hand_in(released_course, "ada")
    with closing(sqlite3.connect(released_course.gradebook)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON grade BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        database.commit()
    assert main(["grade", "--course-dir", str(released_course.root), "--jobs", "1"]) == 1
    out = capsys.readouterr().out
    assert "1 submission, 0 of them graded now, 1 without a score, 1 needs attention." in out
    assert "mean" not in out


def test_a_path_in_bytes_is_shown_as_text(
    released_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system gives back the path as it was asked; a folder too deep for it is real."""
    hand_in(released_course, "ada")
    with monkeypatch.context() as patch:
        patch.chdir(released_course.submitted("ada", NAME))
        for _ in range(25):
            Path("x" * 200).mkdir()
            os.chdir("x" * 200)
    found = examine(released_course, "ada", NAME)
    assert not found.recorded
    assert str(found.problem).startswith(str(released_course.submitted("ada", NAME)))
    assert "cannot be read (File name too long); see what is there: ls -la" in str(found.problem)
    error = FileNotFoundError(2, "No such file", b"/caf\xc3\xa9/\xff")
    assert path_of(error) == os.fsdecode(b"/caf\xc3\xa9/\xff")
    assert short_cause(error).startswith("No such file: /café/")
