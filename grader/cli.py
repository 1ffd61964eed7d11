"""The command line. Only the chosen command's module is imported, so that --help answers at once."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from . import __version__
from .arguments import Parser, named
from .completion import answer_shell, assignments, students
from .errors import NEEDS_ATTENTION, GraderError
from .terminal import never_fail_to_encode, printable, tell

#: What the shell adds to a signal's number to get the exit code of a program that it ended.
_SIGNALLED = 128
#: The number of the last of the three files that a program begins with.
_STDERR = 2

_SHELLS = ("bash", "zsh", "fish")
_HOW_TO_COMPLETE = """\
bash: add to ~/.bashrc                   eval "$(grader completion bash)"
zsh:  add to ~/.zshrc, after `compinit`  eval "$(grader completion zsh)"
fish: add to ~/.config/fish/config.fish  grader completion fish | source
"""


class _TerminatedError(KeyboardInterrupt):
    """The system asked us to end. We do so as after Ctrl-C: what is begun is finished."""


def _without_slash(name: str) -> str:
    """A folder's name as a shell completes it."""
    return name.removesuffix("/")


def _parser() -> Parser:
    parser = Parser(
        prog="grader",
        description="Release, grade and report on an nbgrader assignment.",
        epilog="Exit code 0: all well. 1: something needs your attention. 2: wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def completed(action: argparse.Action, by: Callable[..., list[str]]) -> None:
        # Where argcomplete looks for it.
        action.completer = by  # type: ignore[attr-defined]

    def command(name: str, text: str, assignment: bool = True) -> Parser:
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.add_argument(
            "--course-dir",
            type=Path,
            default=Path(),
            metavar="DIR",
            help="the course folder (default: .)",
        )
        if assignment:
            which(sub)
        return sub

    def which(sub: Parser) -> None:
        text = "may be left out where there is only one"
        action = sub.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help=text)
        completed(action, assignments)

    def only(sub: Parser) -> None:
        text = "only these students (may be given several times)"
        action = sub.add_argument(
            "--student", nargs="+", action="extend", metavar="ID", help=text, type=_without_slash
        )
        completed(action, students)

    release = command("release", "generate the student version and check it")
    release.add_argument(
        "--force", action="store_true", help="even though submissions exist already"
    )
    release.add_argument(
        "--zip",
        type=named,
        metavar="FILE.zip",
        help="also write it as an archive, for an LMS or an e-mail",
    )
    grade = command("grade", "grade all that is in submitted/")
    only(grade)
    grade.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: all cores)",
    )
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="let the workers of this Dask cluster do the work, as in tcp://host:8786",
    )
    grade.add_argument(
        "--db",
        type=named,
        metavar="URL",
        help="the gradebook (default: gradebook.db in the course)",
    )
    grade.add_argument(
        "--json", type=named, metavar="FILE", help="write result lines there; - for stdout"
    )
    grade.add_argument(
        "--no-jail",
        action="store_true",
        help="run submissions unjailed, with all your rights: only for students you trust",
    )
    grade.add_argument("--force", action="store_true", help="grade again what has not changed")
    feedback = command("feedback", "write HTML feedback for students")
    only(feedback)
    export = command("export", "write grades as a table, or as Canvas or Moodle import them")
    only(export)
    export.add_argument(
        "--format",
        choices=("csv", "canvas", "moodle"),
        default="csv",
        help="a plain table, or what Canvas or Moodle imports (default: csv)",
    )
    export.add_argument(
        "--output",
        type=named,
        metavar="FILE",
        help="write it there; - for stdout (default: a file in exports/)",
    )
    export.add_argument(
        "--roster",
        type=named,
        metavar="FILE",
        help="CSV that says who the students are: Canvas's or Moodle's own",
    )
    export.add_argument(
        "--key", metavar="COLUMN", help="the roster's column with nbgrader's student ids"
    )
    export.add_argument(
        "--column", metavar="NAME", help="what the assignment is called in Canvas or Moodle"
    )
    export.add_argument(
        "--feedback", action="store_true", help="for Moodle: with points per item and comments"
    )
    export.add_argument(
        "--db",
        type=named,
        metavar="URL",
        help="the gradebook (default: gradebook.db in the course)",
    )
    report = command("report", "write the instructor's report on the class")
    report.add_argument(
        "--format",
        choices=("html", "json", "csv"),
        default="html",
        help="a page, all its figures as data, or a row a student (default: html)",
    )
    report.add_argument(
        "--output",
        type=named,
        metavar="FILE",
        help="write it there; - for stdout (default: reports/ASSIGNMENT.html, .json or .csv)",
    )
    report.add_argument(
        "--before",
        type=named,
        metavar="FILE",
        help="compare with these result lines, of grader grade --json (default: with the last report)",
    )
    report.add_argument(
        "--similar",
        action=argparse.BooleanOptionalAction,
        help="look for answers that are alike (default: in a class of up to 1,000)",
    )
    report.add_argument(
        "--db",
        type=named,
        metavar="URL",
        help="the gradebook (default: gradebook.db in the course)",
    )
    command("verify", "check whether the assignment is fit to be released")
    replay = command(
        "replay",
        "run one submission again with the very same inputs, and explain",
        assignment=False,
    )
    student = replay.add_argument(
        "student", metavar="STUDENT", help="whose submission", type=_without_slash
    )
    completed(student, students)
    which(replay)
    replay.add_argument("--item", action="append", metavar="GRADE_ID", help="only this item")
    replay.add_argument("--case", action="append", metavar="NAME", help="only cases of this name")
    replay.add_argument("--all", action="store_true", help="the numbers of all cases")
    replay.add_argument(
        "--json", type=named, metavar="FILE", help="write it there as data; - for stdout"
    )
    replay.add_argument(
        "--bundle",
        type=named,
        metavar="FILE.zip",
        help="write all of it there, with every array and digests",
    )
    replay.add_argument(
        "--db",
        type=named,
        metavar="URL",
        help="the gradebook (default: gradebook.db in the course)",
    )
    replay.add_argument(
        "--no-jail",
        action="store_true",
        help="run it unjailed, with all your rights: only for a student you trust",
    )
    command("doctor", "check whether this machine is fit to grade", assignment=False)
    demo = command(
        "demo", "grade a synthetic class, end to end, in build/demo; an earlier one is put aside"
    )
    demo.add_argument("--size", type=int, default=24, metavar="N", help="number of students")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the class")
    completion = commands.add_parser(
        "completion",
        help="print what makes a shell complete this command",
        description="Print what makes a shell complete this command, for the shell to read.",
        epilog=_HOW_TO_COMPLETE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    completion.add_argument("shell", choices=_SHELLS, help="your shell")
    parser.commands = commands.choices
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_what_is_closed()
    never_fail_to_encode(sys.stdout, sys.stderr)
    try:
        try:
            return _answer(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output, such as `head`, has gone
        _forget_readers()
        return NEEDS_ATTENTION
    except OSError as error:
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        _forget_readers()
        tell(
            f"grader: Cannot write to standard output: {error.strerror}. What was done stays done; make "
            "room, and see what it says: the same command tells again.",
            sys.stderr,
        )
        return NEEDS_ATTENTION


def _open_what_is_closed() -> None:
    """Give a program that was started without stdout or stderr one that goes nowhere.

    Else the next file that is opened, be it the gradebook, would be taken for it by a subprocess.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(number)
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _answer(arguments: Sequence[str] | None) -> int:
    """The exit code, after whatever is to be told was told."""
    parser = _parser()
    answer_shell(parser)
    options = parser.read(arguments)
    try:
        with _ending_in_order():
            return _run(options)
    except GraderError as error:
        # Names of files are in it, and a line break is all that may move the cursor.
        tell("\n".join(map(printable, f"grader: {error}".split("\n"))), sys.stderr)
        return error.exit_code
    except _TerminatedError:
        print("grader: terminated", file=sys.stderr)
        return _SIGNALLED + signal.SIGTERM
    except KeyboardInterrupt:
        tell(f"grader: interrupted. {_how_to_go_on(options)}", sys.stderr)
        return _SIGNALLED + signal.SIGINT


def _how_to_go_on(options: argparse.Namespace) -> str:
    if options.command != "grade":
        return "The same command begins anew."
    without = " without --force" if options.force else ""  # which would begin anew
    return f"The same command{without} goes on from here."


def _forget_readers() -> None:
    """Let what is still to be written to a reader that has gone vanish in silence."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())


def _run(options: argparse.Namespace) -> int:
    _part_students_from_assignment(options)
    module = importlib.import_module(f".commands.{options.command}", __package__)
    code: int = module.run(options)
    return code


def _part_students_from_assignment(options: argparse.Namespace) -> None:
    """Take the assignment out of --student's words, which are all that stand behind it."""
    words = getattr(options, "student", None)
    if not isinstance(words, list) or len(words) < 2 or options.assignment is not None:
        return
    last = words[-1]
    if last in assignments(options) and last not in students(options):
        options.assignment = words.pop()


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Take SIGTERM as Ctrl-C is taken, instead of dropping everything."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _TerminatedError

    if threading.current_thread() is not threading.main_thread():
        yield  # a program that calls us has its own way with signals
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
