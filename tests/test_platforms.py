"""macOS and Windows, imitated: what runs no submission works there, and what does refuses with a way out.

The imitation: a process in which `sys.platform` says so, our own modules find none of the modules that
only Unix or Linux has, and `os` and `signal` lack what Windows lacks. Libraries are imported before,
since they choose by the platform what they import. It shows that nothing of Linux is wanted; it cannot
show that all goes well on the real system.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.gate import pass_through
from grader.gate_checks import CHECKS
from testcases import load_assignment

HERE = Path(__file__).parent.parent
#: Modules of the standard library that Windows lacks, and macOS in part.
UNIX = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"})
#: Runs commands (lines of JSON on stdin) one after the other; prints a line of JSON on each.
PROGRAM = """
import asyncio, builtins, concurrent.futures.process, contextlib, io, json, os, signal, sys
import multiprocessing.popen_spawn_posix, subprocess
import nbclient, nbconvert.exporters, nbgrader.api, nbgrader.apps, nbgrader.converters
import nbgrader.plugins, sqlalchemy.dialects.sqlite

missing, real = set(json.loads(sys.argv[2])), builtins.__import__

def without(name, globals=None, locals=None, fromlist=(), level=0):
    by = ((globals or {}).get("__name__") or "").partition(".")[0]
    if name in missing and by in ("grader", "testcases", "datasets"):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return real(name, globals, locals, fromlist, level)

builtins.__import__ = without
sys.platform = sys.argv[1]
for module, names in (
    (os, ("fork", "forkpty", "geteuid", "O_DIRECTORY", "O_NOFOLLOW", "sched_getaffinity")),
    (signal, ("SIGALRM", "SIGKILL", "setitimer")),
):
    for name in names:
        delattr(module, name)
from grader.cli import main

for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(json.loads(line))
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


def imitated(platform: str, commands: list[list[str]]) -> list[tuple[int, str, str]]:
    """Exit code, stdout and stderr of each command."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, platform, json.dumps(sorted(UNIX))],
        input="".join(json.dumps(command) + "\n" for command in commands),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "name"), [("darwin", "macOS"), ("win32", "Windows")])
def test_what_works_elsewhere_and_what_refuses(platform: str, name: str, tmp_path: Path) -> None:
    """Release, feedback, export, report and help work; whatever runs a submission names the container recipe."""
    shutil.copytree(HERE / "source", tmp_path / "source", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(HERE / "nbgrader_config.py", tmp_path)
    place = ["--course-dir", str(tmp_path)]
    works = [
        ["release", "regularization", *place],
        *([each, "--help"] for each in ("grade", "verify")),
    ]
    refuses = [
        ["grade", "regularization", *place],
        ["grade", "regularization", "--no-jail", *place],
        ["replay", "ada", "regularization", *place],
        ["demo", *place],
    ]
    waits = [[each, "regularization", *place] for each in ("feedback", "export", "report")]
    outcomes = imitated(platform, [*works, *refuses, *waits])
    for code, _, said in outcomes[: len(works)]:
        assert code == 0, said
    assert (tmp_path / "release" / "regularization" / "regularization.ipynb").is_file()
    for code, _, said in outcomes[len(works) : -len(waits)]:
        assert code == 1
        assert f" on {name}: " in said
        assert "in a container: docs/container.md has the recipe." in said
    (_, _, feedback), (_, _, export), (_, _, report) = outcomes[-len(waits) :]
    assert "Cannot write feedback on 'regularization': nothing has been graded yet." in feedback
    assert "Cannot export grades: the gradebook knows no student yet." in export
    assert "nothing has been graded yet" in report
    assert (HERE / "docs" / "container.md").is_file()


def test_the_gate_leaves_out_what_only_linux_can_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the checks that grade are not tried: they neither pass nor fail, and say where to go."""
    monkeypatch.setattr("sys.platform", "darwin")
    checks = tuple(check for check in CHECKS if check.on_linux)
    assert len(checks) == 5
    subject = SimpleNamespace(assignment=load_assignment("regularization"))
    for outcome in pass_through(subject, checks):  # type: ignore[arg-type]  # no more is looked at
        assert not outcome.passed
        assert not outcome.tried
        assert outcome.problems == ("not tried: macOS cannot grade",)
        assert "docs/container.md" in outcome.remedy


def test_no_module_outside_the_jail_wants_unix_at_once() -> None:
    """What other systems lack is imported where it is used, so that other commands can be loaded."""
    jailed = {"isolation.py", "memory.py"}  # these are run in the jail only
    found = [
        f"{path.relative_to(HERE)}: {name}"
        for room in ("grader", "testcases", "datasets")
        for package in HERE.glob(f"{room}/**/__init__.py")
        for path in package.parent.glob("*.py")
        if path.name not in jailed
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
        for name in _imported(statement)
        if name in UNIX
    ]
    assert found == []


def _imported(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and statement.level == 0:
        return [(statement.module or "").partition(".")[0]]
    return []
