"""The progress bar: live on a terminal, one closing line elsewhere."""

from __future__ import annotations

import io

import pytest

from grader.progress import Progress, say, track
from grader.results import Result
from grader.table import watching


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture(autouse=True)
def narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")


def test_the_bar_is_there_from_the_start() -> None:
    """Something is shown before the first result, which may take seconds."""
    stream = Terminal()
    Progress("grading", 3, stream)
    assert "0/3" in stream.getvalue()


def test_the_line_never_wraps() -> None:
    """However long the note, every update fits the terminal."""
    stream = Terminal()
    bar = Progress("grading", 2, stream)
    for _ in range(2):
        bar.advance("x" * 200)
    bar.close()
    lines = stream.getvalue().replace("\n", "\r\x1b[2K").split("\r\x1b[2K")
    assert all(len(line) < 60 for line in lines)
    assert "2 of 2" in lines[-2]


def test_a_pipe_gets_one_line() -> None:
    """A log file is not flooded with control characters."""
    stream = io.StringIO()
    bar = Progress("grading", 2, stream)
    bar.advance()
    bar.advance()
    bar.close()
    assert stream.getvalue().startswith("grading: 2 of 2 in ")
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_what_is_soon_done_gets_no_line() -> None:
    """With patience, a command that is done in a moment says nothing of it."""
    stream = Terminal()
    bar = Progress("reading", 1, stream, patience=3600.0)
    bar.advance()
    bar.close()
    assert stream.getvalue() == ""


def test_nothing_to_do_gets_no_line() -> None:
    """Neither a bar from 0 to 0, nor a closing line."""
    for stream in (Terminal(), io.StringIO()):
        Progress("grading", 0, stream).close()
        assert stream.getvalue() == ""


def test_what_stands_as_before_is_not_said_to_be_graded(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The closing line of a run counts those that were only looked at."""
    result = Result("ada", "regularization", "graded", 0.0, 15.0, (), (), "x")
    with watching("grading") as start:
        done = start(3)
        done(result, True)
        for _ in range(2):
            done(result, False)
    assert "grading: 1 graded, 2 as before, in 0." in capsys.readouterr().err
    with watching("grading") as start:
        start(1)(result, True)
    assert "grading: 1 of 1 in 0." in capsys.readouterr().err


def test_track_hands_through_and_closes_on_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """The items come through unchanged, and an error in the middle leaves a tidy line."""

    def divide() -> None:
        for item in track([1, 0], "dividing", 2):
            assert 1 / item == 1

    with pytest.raises(ZeroDivisionError):
        divide()
    assert "dividing: 1 of 2" in capsys.readouterr().err


def test_a_remark_takes_the_place_of_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is said while a bar stands there is on a line of its own, and the bar comes back below."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    bar = Progress("grading", 2)
    say("A remark.")
    bar.advance()
    lines = terminal.getvalue().split("\n")
    assert lines[0].rpartition("\r\x1b[2K")[2] == "A remark."
    assert lines[1].startswith("\r\x1b[2Kgrading")
