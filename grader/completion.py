"""Completion in the shell: what `grader completion` prints, and what comes after a word half typed.

argcomplete speaks with the shells. It is imported only if a shell asks (it says so in the environment).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

#: Set by the shell that asks for completions; argcomplete's own name.
_ASKED = "_ARGCOMPLETE"


def answer_shell(parser: argparse.ArgumentParser) -> None:
    """If it is a shell that asks for completions, answer it and end; else do nothing."""
    if _ASKED in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)


def assignments(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The assignments in the course folder of the line that is being typed."""
    return list(_folders(parsed_args.course_dir / "source"))


def students(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """The students who handed something in; nothing if that cannot be read."""
    return list(_folders(parsed_args.course_dir / "submitted"))


def _folders(folder: Path) -> Iterator[str]:
    """Like `course.visible`, but in silence: a shell that asks is in the middle of a line."""
    try:
        found = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return
    for name in found:
        if name[0] not in "._" and name.isprintable():
            yield name
