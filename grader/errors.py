"""What the command line says when it cannot go on: one sentence on the cause, one on the remedy."""

from __future__ import annotations

import os
import re

#: Exit codes of every command.
ALL_WELL = 0
NEEDS_ATTENTION = 1
USAGE = 2

#: How a printed traceback begins.
TRACEBACK = "Traceback (most recent call last)"
#: What SQLAlchemy puts before the database's own words.
_SQLALCHEMY = re.compile(r"^sqlalchemy\.\S+: (\([\w.]+\) )?")
#: How Python writes the error of a system call.
_SYSTEM = re.compile(r"^\w+: \[Errno \d+\] ")


class GraderError(Exception):
    """A command cannot do what was asked. Reads "Cannot VERB OBJECT: CAUSE. REMEDY"."""

    exit_code = NEEDS_ATTENTION


class UsageError(GraderError):
    """The command was called with something that cannot be right, such as an unknown student."""

    exit_code = USAGE


def stopped(text: str) -> str:
    """The text with one full stop at its end, whether it had one or not."""
    return text.rstrip().rstrip(".") + "."


def short_cause(error: BaseException) -> str:
    """What went wrong, in one line: without a traceback, a statement in SQL, or a line break."""
    if isinstance(error, GraderError):
        return _first_line(str(error))
    if isinstance(error, OSError) and error.strerror:
        name = path_of(error)
        return f"{error.strerror}: {name}" if name else error.strerror
    original = getattr(error, "orig", None)  # SQLAlchemy's word for the database's own error
    if original is not None:
        return f"the gradebook: {_first_line(str(original))}"
    return f"{type(error).__name__}: {_first_line(str(error))}"


def path_of(error: OSError) -> str:
    """The path that an error of the system is about, as text; empty if it names none.

    Whoever asked the system with a path in bytes gets it back in bytes.
    """
    name = error.filename
    return os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""


def cause_in(traceback: str) -> str:
    """The line of a printed traceback that says what was raised.

    It is the first line after the last frame; an exception may say more in the lines below it.
    """
    last = traceback[traceback.rindex(TRACEBACK) :].splitlines()[1:]
    raised = next((line for line in last if line.strip() and not line.startswith(" ")), "")
    return _SYSTEM.sub("", _SQLALCHEMY.sub("the gradebook: ", raised.strip()))


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[0].rstrip(". ")
