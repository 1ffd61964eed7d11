"""The command line itself: quick help, exit codes, and no traceback for what users do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader import __version__
from grader.cli import _parser, main
from grader.course import Course
from grader.errors import UsageError

COMMANDS = ("release", "grade", "feedback", "export", "verify", "doctor", "demo")
#: Importing any of these takes longer than all the rest of `grader --help`.
HEAVY = (
    "numpy",
    "scipy",
    "matplotlib",
    "nbgrader",
    "nbformat",
    "nbconvert",
    "sqlalchemy",
    "jinja2",
    "argcomplete",
    "testcases",
    "difflib",
)
#: Runs the command line, and prints its exit code and what it has imported of `HEAVY`.
LOOK = """
import sys
from grader.cli import main
try:
    code = main(sys.argv[2:])
except SystemExit as end:
    code = end.code
print(code, [name for name in sys.argv[1].split(",") if name in sys.modules], file=sys.stderr)
"""


def look(*arguments: str) -> str:
    """The last line that `LOOK` prints."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, ",".join(HEAVY), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["grade", "--help"], 0),
        ([], 2),
        (["grade", "--jobs", "many"], 2),
        (["release", "--course-dir", "/nonexistent"], 2),
    ],
)
def test_what_is_answered_at_once_imports_nothing_heavy(arguments: list[str], code: int) -> None:
    """Help, the version, wrong usage and a wrong folder wait for no library."""
    assert look(*arguments) == f"{code} []"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`grader --help` has a line for each."""
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"\n    {command}" in shown for command in (*COMMANDS, "completion"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`grader COMMAND --help` says what the command does and where the course folder is named."""
    with pytest.raises(SystemExit) as exit_info:
        main([command, "--help"])
    assert exit_info.value.code == 0
    assert "--course-dir DIR" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`grader --version` names the version of the package."""
    with pytest.raises(SystemExit) as exit_info:
        main(["--version"])
    assert exit_info.value.code == 0
    assert capsys.readouterr().out == f"grader {__version__}\n"


def test_the_console_command_is_installed() -> None:
    """The script `grader` stands beside the interpreter and is this program."""
    script = Path(sys.executable).parent / "grader"
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"grader {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["regrade"],
        ["release", "--no-such-option"],
        ["release", "one", "two"],
        ["grade", "--jobs", "many"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What argparse cannot read is a usage error: exit code 2, with the usage line on stderr."""
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    assert exit_info.value.code == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("usage: grader")
    assert captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Cannot run: no command is given. There are: release, grade, feedback, "),
        (["graed"], "Cannot run 'graed': there is no such command. Did you mean 'grade'? See"),
        (["qqq"], "there is no such command. There are: release, grade, "),
        (["--versoin"], "Did you mean '--version'? See: grader --help"),
        (
            ["--force", "grade"],
            "it stands behind one. Write grader grade --force and so on. Known to: release",
        ),
        (
            ["--db=x", "doctor"],
            "Write grader COMMAND --db and so on. Known to: grade, export, report",
        ),
        (
            ["--course-dir", "x", "report"],
            "Write grader report --course-dir and so on. Known to: most commands",
        ),
        (["--qqq"], "Cannot use --qqq: there is no such option. Leave it out. See: grader --help"),
        (["grade", "--jbos", "2"], "has no such option. Did you mean '--jobs'? See: grader grade "),
        (["grade", "--jobs=many"], "--jobs: 'many' is no whole number."),
        (["grade", "--student"], "after --student a value is missing. One that begins with -"),
        (["export", "--format=cavnas"], "none of csv, canvas, moodle. Did you mean 'canvas'?"),
        (["report", "--before", ""], "--before: the name is empty."),
        (["replay"], "STUDENT is missing. See: grader replay --help"),
        (["release", "a", "b"], "Cannot use 'b': it is one word too many. Leave it out."),
    ],
)
def test_wrong_usage_is_told_with_a_remedy(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be done, why, what was probably meant, and where to read on."""
    with pytest.raises(SystemExit):
        main(arguments)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("grader: Cannot ")
    assert said in last


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "export", "verify"])
def test_a_folder_that_is_no_course(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command that needs a course refuses another folder in the same words, with exit code 2."""
    assert main([command, "--course-dir", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("grader: Cannot open course folder ")
    assert "or name it with --course-dir" in error
    assert list(tmp_path.iterdir()) == []


def test_no_name_in_an_error_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """A file or folder may be called anything; what a terminal would obey is escaped."""
    assert main(["release", "--course-dir", "no\x1b[2Jsuch\rfolder"]) == 2
    error = capsys.readouterr().err
    assert "no\\x1b[2Jsuch\\rfolder" in error
    assert "\x1b" not in error


def test_the_choice_among_assignments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With several assignments one has to be named; with one it may be left out."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    for name in ("first", "second", ".hidden"):
        (tmp_path / "source" / name).mkdir(parents=True)
    assert main(["release", "--course-dir", str(tmp_path)]) == 2
    assert "Name one of first, second." in capsys.readouterr().err
    assert main(["release", "secnod", "--course-dir", str(tmp_path)]) == 2
    assert "Did you mean 'second'?" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["completion", "bash"]])
def test_a_reader_that_has_left_is_no_crash(arguments: list[str]) -> None:
    """What is still in a buffer at the end finds nobody: no traceback, no "Exception ignored"."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        # Unbuffered, argparse itself would meet the lack of a reader, and pass it over.
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_crash(tmp_path: Path) -> None:
    """`grader doctor | head -1` ends quietly."""
    run = subprocess.Popen(
        [sys.executable, "-m", "grader", "doctor", "--course-dir", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    assert run.stderr is not None
    assert run.stdout.readline().startswith("PASS")
    run.stdout.close()
    error = run.stderr.read()
    run.stderr.close()
    assert run.wait() == 1
    assert error == ""


def test_a_student_may_be_completed_by_the_shell() -> None:
    """A folder's name ends with a slash then; a path is none all the same."""
    options = _parser().parse_args(["grade", "--student", "ada/", "../eve"])
    assert options.student == ["ada", "../eve"]


def test_a_students_only_assignment_need_not_be_named(tmp_path: Path) -> None:
    """Where there are several assignments, replay takes the one that the student handed in."""
    for place in ("source/first", "source/second", "submitted/ada/second", "submitted/bob/first"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "submitted" / "bob" / "second").mkdir()
    course = Course(tmp_path)
    assert course.choose_assignment(None, "ada") == "second"
    for student in ("bob", None):
        with pytest.raises(UsageError, match="Name one of first, second"):
            course.choose_assignment(None, student)
    with pytest.raises(UsageError, match=r"Cannot find student 'bbo': .* Did you mean 'bob'\?"):
        course.choose_assignment(None, "bbo")


def test_an_assignment_behind_students_is_none_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`grade --student ada second`: the last word is an assignment, if no student is called so."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    for place in ("source/first", "source/second", "submitted/ada/first"):
        (tmp_path / place).mkdir(parents=True)
    words = ["feedback", "--course-dir", str(tmp_path), "--student", "ada"]
    assert main([*words, "second"]) == 1
    assert "Cannot write feedback on 'second'" in capsys.readouterr().err
    (tmp_path / "submitted" / "second").mkdir()
    assert main([*words, "second"]) == 2
    assert "Cannot choose an assignment" in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_streams_are_no_crash(closed: str, tmp_path: Path) -> None:
    """A program started without stdout or stderr ends with its own exit code, and says nothing."""
    command = f"{sys.executable} -m grader --version {closed}"
    assert subprocess.run(command, shell=True, check=False).returncode == 0  # noqa: S602
    error = tmp_path / "error"
    command = f"{sys.executable} -m grader report --course-dir /nowhere {closed}"
    with error.open("wb") as file:
        done = subprocess.run(command, shell=True, check=False, stderr=file)  # noqa: S602
    assert done.returncode == 2
    assert b"Traceback" not in error.read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told() -> None:
    """What cannot be written on stdout is an error in our words, and not all well."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "grader", "completion", "bash"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(
        "grader: Cannot write to standard output: No space left on device."
    )
    assert "Traceback" not in done.stderr
