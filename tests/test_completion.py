"""Completion, asked for as the shells themselves ask for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Names of students, each with something that a shell would read as something else.
NAMES = ("ada", "a;b", "bob smith", "o'brien", "x$y`z", "李四", "c:d")
#: Asks as bash does when somebody types the line and presses Tab; prints each answer as bash would read it.
ASK = r"""
eval "$(grader completion bash)"
ask() {
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMPREPLY=()
    _python_argcomplete grader
    for word in "${COMPREPLY[@]}"; do eval "printf '%s\n' $word"; done
    echo .
}
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with two assignments and students with odd names."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("regularization", "warm-up", ".hidden"):
        (folder / "source" / name).mkdir(parents=True)
    for name in (*NAMES, "_old"):
        (folder / "submitted" / name).mkdir(parents=True)
    (folder / "submitted" / "a-file").touch()
    return folder


def environment() -> dict[str, str]:
    """One in which the command is found, in UTF-8."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}


def bash(course: Path, *lines: str) -> list[list[str]]:
    """What bash offers at the end of each of these lines."""
    asked = "".join(f'ask "{line}"\n' for line in lines)
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK + asked],
        cwd=course,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [block.splitlines() for block in done.stdout.split(".\n")[:-1]]


def test_bash_completes_commands_options_assignments_and_students(course: Path) -> None:
    """Each is offered where it may stand; students come out of the shell with the names they have."""
    commands, options, first, students, forms = bash(
        course,
        "grader re",
        "grader grade --s",
        "grader release r",
        "grader grade --student ",
        "grader export --format c",
    )
    assert {"release", "replay"} <= set(commands)
    assert options == ["--student", "--scheduler"]
    assert [word.strip() for word in first] == ["regularization"]
    assert {*NAMES} <= {*students}
    assert not {"a-file", "_old"} & {*students}
    assert sorted(forms) == ["canvas", "csv"]


def test_bash_completes_where_no_course_is_and_in_a_named_one(course: Path) -> None:
    """A folder that is no course offers nothing and says nothing; --course-dir counts."""
    nothing, named = bash(
        course / "source",
        "grader replay zz",
        f"grader replay --course-dir {course} bo",
    )
    assert nothing == []
    assert [word.strip() for word in named] == ["bob smith"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(course: Path) -> None:
    """fish gets commands and students by its own protocol."""
    program = "grader completion fish | source; complete -C 'grader grade --student b'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", program],
        cwd=course,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "bob smith"


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_script(course: Path) -> None:
    """zsh knows afterwards who completes `grader`."""
    program = (
        'autoload -Uz compinit; compinit -D; eval "$(grader completion zsh)"; print $_comps[grader]'
    )
    done = subprocess.run(
        ["zsh", "-f", "-c", program],
        cwd=course,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "_python_argcomplete"
