"""The command line itself: quick help, exit codes, and no traceback for what users do."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import __version__
from grader.cli import _parser, main

COMMANDS = ("release", "grade", "feedback", "export", "verify", "doctor", "demo")
#: Seconds; "well under a second" on two busy cores. Usually it is about a tenth.
_QUICK = 1.0


def test_help_answers_at_once() -> None:
    """`grader --help` imports nothing heavy, so it is quick, and lists every command."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "grader", "--help"], capture_output=True, text=True, check=True
        )
        times.append(time.perf_counter() - start)
    assert min(times) < _QUICK
    for command in COMMANDS:
        assert f"  {command} " in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`grader COMMAND --help` says what the command does and where the course folder is named."""
    with pytest.raises(SystemExit) as exit_info:
        main([command, "--help"])
    assert exit_info.value.code == 0
    assert "--course-dir DIR" in capsys.readouterr().out


def test_heavy_imports_wait_for_the_command() -> None:
    """Reading the command line and refusing a folder needs neither NumPy nor nbgrader."""
    program = (
        "import sys; from grader.cli import main\n"
        "code = main(['release', '--course-dir', '/nonexistent'])\n"
        "print(code, [name for name in ('numpy', 'nbgrader', 'nbformat') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "2 []\n"
    assert "there is no such folder" in done.stderr


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


def test_the_choice_among_assignments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With several assignments one has to be named; with one it may be left out."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
    for name in ("first", "second", ".hidden"):
        (tmp_path / "source" / name).mkdir(parents=True)
    assert main(["release", "--course-dir", str(tmp_path)]) == 2
    assert "Name one of first, second." in capsys.readouterr().err


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
