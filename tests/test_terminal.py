"""What is written for a terminal, for a pipe, and for a stream that lacks characters."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.batch import Change
from grader.results import ItemResult, Result
from grader.table import changed, table
from grader.terminal import PLAIN, Terminal, columns_of, never_fail_to_encode, tell, terminal_of
from testcases import load_assignment

ITEMS = load_assignment("regularization").items
LONG = "a.student.with.a.very.long.name.indeed-2026-11-27-section-b"
NOTE = "the notebook had another name, and was taken all the same"
ESCAPE = re.compile(r"\x1b\[\d+m")


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    encoding = "utf-8"

    def __init__(self, live: bool) -> None:
        super().__init__()
        self.live = live

    def isatty(self) -> bool:
        """Whatever it was told."""
        return self.live


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing about colours and widths."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def results() -> list[Result]:
    """Two students: one with a long name and a note, one with a name in wide characters."""
    items = tuple(
        ItemResult(item.grade_id, points, item.points, verdict, None, "")
        for item, points, verdict in zip(
            ITEMS,
            (15.0, 10.0, 0.0, 0.0, 0.0, 0.0),
            ("correct", "partial", "incorrect", "not_attempted", "timeout", "manual"),
            strict=True,
        )
    )
    return [
        Result(LONG, "regularization", "graded", 25.0, 100.0, items, (NOTE,), "0" * 64),
        Result("李四", "regularization", "needs_attention", 25.0, 100.0, items, (), "0" * 64),
    ]


@pytest.mark.parametrize(
    ("live", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_when_there_are_colours(
    live: bool, environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal, unless NO_COLOR or TERM=dumb; elsewhere only with FORCE_COLOR; NO_COLOR wins."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal_of(Stream(live)).coloured is coloured


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_the_table_fits_the_terminal(columns: int) -> None:
    """No line of the table of results is wider than the terminal, and each is told by words or marks."""
    lines = table(results(), ITEMS, Terminal(columns))
    rows = [line for line in lines if not line.startswith("  ") or "test_" not in line]
    assert all(columns_of(line) <= columns for line in rows), lines
    whole = " ".join(" ".join(lines).split())
    assert NOTE in whole
    assert "needs attention" in whole
    assert "✔ ◐ ✘ · t ✎" in whole


def test_columns_stand_below_each_other() -> None:
    """A name in wide characters takes two columns each, so scores and marks stand in line."""
    lines = table(results(), ITEMS, Terminal(80))
    places = {columns_of(line[: line.index("25 of 100")]) for line in lines if "25 of" in line}
    assert len(places) == 1


def test_a_long_name_loses_its_middle_on_a_terminal_only() -> None:
    """Its beginning and its end tell it from others; in a file it stands whole."""
    shown = table(results(), ITEMS, Terminal(40))[1]
    assert shown.startswith("a.stud")
    assert "…" in shown
    assert LONG[-4:] in shown
    assert any(LONG in line and NOTE in line for line in table(results(), ITEMS))


def test_changes_fit_too() -> None:
    """The list of changed scores is fitted to the terminal, and whole in a file."""
    change = Change(LONG, 10.0, 62.5)
    assert all(columns_of(line) <= 40 for line in changed([change], Terminal(40)))
    assert any(LONG in line for line in changed([change]))


def test_colours_stand_beside_marks_and_change_nothing_else() -> None:
    """Without its colours, a coloured table is the table without colours."""
    plain = table(results(), ITEMS, Terminal(80))
    coloured = table(results(), ITEMS, Terminal(80, coloured=True))
    assert "\x1b[32m✔\x1b[0m" in coloured[1]
    assert [ESCAPE.sub("", line) for line in coloured] == plain


def test_a_plain_text_is_not_wrapped() -> None:
    """What goes into a file is a line as long as it is."""
    text = "word " * 60
    assert PLAIN.filled(text, "PASS  ", "      ") == [f"PASS  {text}"]


@pytest.mark.parametrize(
    ("encoding", "errors", "expected"),
    [
        ("ascii", "strict", b"+ ~ X -> lambda\\xe9"),
        ("cp1252", "strict", b"+ ~ X -> lambda\xe9"),
        ("utf-8", "strict", "✔ ◐ ✘ → λé".encode()),
        ("ascii", "replace", b"? ? ? ? ??"),
    ],
)
def test_what_the_encoding_lacks_is_written_in_plain_letters(
    encoding: str, errors: str, expected: bytes
) -> None:
    """A tick never stops a program; a way of dealing with it that was asked for is kept."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors=errors)
    never_fail_to_encode(stream)
    stream.write("✔ ◐ ✘ → λé")
    stream.flush()
    assert raw.getvalue() == expected


COURSE = Path(__file__).parent.parent
#: A command that says what commands say: a mark, a name that is no text, and an error.
PROGRAM = r"""
import sys
from grader import cli
from grader.errors import GraderError
def run(options):
    print("\u2714 \u674e\u56db \udcff needs attention")
    raise GraderError("Cannot read \u03bb \udcff: it is no text. Rename it.")
cli._run = run
sys.exit(cli.main(["doctor"]))
"""


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LC_ALL": "C"}],
)
def test_no_locale_stops_the_command(environment: Mapping[str, str]) -> None:
    """Whatever the encoding of stdout and stderr, all is written and the exit code is the command's."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=COURSE,
        env={**os.environ, **environment, "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout.rstrip().endswith(b"\\udcff needs attention")
    assert done.stderr.startswith(b"grader: Cannot read ")


def on_a_terminal(
    arguments: list[str], columns: int, environment: Mapping[str, str]
) -> Iterator[str]:
    """The lines that a command writes on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    run = subprocess.Popen(
        [sys.executable, "-m", "grader", *arguments],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(ours)
    run.wait()
    yield from said.decode().replace("\r\n", "\n").splitlines()


def test_messages_fit_and_commands_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """On forty columns words move to the next line; a command can be copied; a pipe gets one line."""
    monkeypatch.setenv("COLUMNS", "40")
    command = "Run: grader grade regularization --student=ada --force"
    message = (
        f"grader: Cannot read results of 'regularization': nothing has been graded yet. {command}"
    )
    narrow, piped = Stream(live=True), Stream(live=False)
    for stream in (narrow, piped):
        tell(message, stream)
    *lines, last = narrow.getvalue().splitlines()
    assert last == command
    assert len(lines) > 1
    assert all(len(line) <= 40 for line in lines)
    assert " ".join([*lines, last]) == message
    assert piped.getvalue() == message + "\n"


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        (
            "Cannot find 'x' in the course. List those who did with: ls /a/long/path/to/it",
            "ls /a/long/path/to/it",
        ),
        (
            "Back it up, run `grader release regularization --force`, and tell all.",
            "`grader release regularization --force`,",
        ),
        (
            "Cannot grade there. Run: grader grade --db sqlite:////tmp/x.db",
            "Run: grader grade --db sqlite:////tmp/x.db",
        ),
    ],
)
def test_a_command_can_be_copied(message: str, whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever leads it in, and wherever it stands, it is on one line; nothing is lost by that."""
    monkeypatch.setenv("COLUMNS", "40")
    narrow = Stream(live=True)
    tell(message, narrow)
    lines = narrow.getvalue().splitlines()
    assert any(line.endswith(whole) for line in lines)
    assert " ".join(lines) == message


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["report", "nothing"], "gradient_checking, regularization."),
        (["grade", "--no-such-option"], "See: grader grade --help"),
    ],
)
def test_errors_fit_a_real_terminal(arguments: list[str], last: str) -> None:
    """On forty columns no error is broken within a word."""
    if arguments[0] == "report":
        arguments = [*arguments, "--course-dir", str(COURSE)]
    *_, error = "\n".join(on_a_terminal(arguments, 40, {})).partition("grader: Cannot ")
    lines = error.splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(lines).endswith(last)


@pytest.mark.slow
def test_the_doctor_on_a_real_terminal(tmp_path: Path) -> None:
    """Forty columns: colours beside the words, findings wrapped, remedies whole for copying."""
    lines = list(on_a_terminal(["doctor", "--course-dir", str(tmp_path)], 40, {}))
    assert lines[0].startswith("\x1b[32mPASS   \x1b[0m  Python 3")
    wrapped = [ESCAPE.sub("", line) for line in lines if "→" not in line]
    assert all(len(line) <= 40 or " " not in line[9:].strip() for line in wrapped)
