"""What the tests of the jail share: the given files, the solved notebook, and a look at processes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.engine import Trial, run_submission
from grader.jail import seccomp
from grader.jail.child import Child
from grader.jail.limits import Limits
from grader.jail.outside import Jail
from testcases import load_assignment
from testcases.core.protocol import Assignment

ROOT = Path(__file__).resolve().parent.parent
#: The module with the assignment's drivers, as the jail knows it.
MODULE = "public_tests.regularization.items"
SECRET = bytes(range(32))
#: What a solved notebook earns without the answer that people grade.
HONEST_TOTAL = 90.0
MEBIBYTE = 1024**2
NO_BWRAP = "bubblewrap is not installed: apt-get install bubblewrap"


def has_bwrap() -> bool:
    """Whether a jail can be tried at all."""
    return shutil.which("bwrap") is not None


def given_files(target: Path) -> Path:
    """A folder with the assignment's given files and nothing else."""
    ignored = shutil.ignore_patterns("*.ipynb", "__pycache__")
    shutil.copytree(ROOT / "release" / "regularization", target, ignore=ignored)
    return target


def small_jail(folder: Path, **bounds: Any) -> Jail:
    """A jail whose limits on time are a tenth of the usual ones."""
    seconds = {"cell_seconds": 2.0, "call_seconds": 2.0, "total_seconds": 20.0}
    return Jail(given_files(folder / "given"), MODULE, Limits(**(seconds | bounds)))


@cache
def assignment() -> Assignment:
    """The assignment that the corpus attacks."""
    return load_assignment("regularization")


@cache
def _solved() -> dict[str, Any]:
    text = (ROOT / "source" / "regularization" / "regularization.ipynb").read_text("utf-8")
    notebook: dict[str, Any] = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def solved() -> dict[str, Any]:
    """The notebook with every answer right."""
    return deepcopy(_solved())


def attacked(source: str, into: str, own: bool) -> dict[str, Any]:
    """The solved notebook with hostile code instead of a cell, or in an extra cell before it."""
    notebook = solved()
    place = next(k for k, cell in enumerate(notebook["cells"]) if cell["id"] == into)
    if own:
        cell = {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": []}
        notebook["cells"].insert(place, cell)
    else:
        notebook["cells"][place]["source"] = source
    return notebook


def run(jail: Jail, notebook: Mapping[str, Any], student: str = "mallory") -> Trial:
    """One submission through the jail."""
    return run_submission(jail, assignment(), notebook, {}, SECRET, student)


def total(trial: Trial) -> float:
    """The points of a trial."""
    return sum(judgement.score for judgement in trial.judgements.values())


def said(trial: Trial) -> str:
    """Every text of a trial that a person may see."""
    everything = [trial.outputs, trial.notes]
    everything += [judgement.message for judgement in trial.judgements.values()]
    return json.dumps(everything, ensure_ascii=False, default=str)


def descendants(pid: int) -> set[int]:
    """The processes below a process."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def forbid_nesting(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make `bwrap` start everything as hardened kernels and containers do.

    `unshare` is refused, and `clone` with new namespaces; `clone3` is not there.
    """
    steps = [seccomp._load(seccomp._NUMBER)]
    steps += seccomp._on(seccomp.number("unshare"), [(seccomp._RETURN, 0, 0, seccomp._EPERM)])
    steps += seccomp._on(seccomp.number("clone3"), [(seccomp._RETURN, 0, 0, seccomp._ENOSYS)])
    steps += seccomp._on(seccomp.number("clone"), seccomp._refuse_new_namespaces())
    steps.append((seccomp._RETURN, 0, 0, seccomp._ALLOW))
    (folder / "filter").write_bytes(b"".join(seccomp._STEP.pack(*step) for step in steps))
    script = folder / "bwrap"
    script.write_text(
        f'#!/bin/sh\ntest "$1" = --version && exec {shutil.which("bwrap")} --version\n'
        f'exec {shutil.which("bwrap")} --seccomp 9 "$@" 9<{folder / "filter"}\n'
    )
    script.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def processes(jail: Jail) -> set[int]:
    """All processes of a jail, bubblewrap's own among them."""
    if jail.process is None:
        return set()
    return {jail.process.pid} | descendants(jail.process.pid)


def printed(child: Child, source: str) -> str:
    """What a cell prints; it has to come to its end."""
    answer = child.cell(source)
    text = "".join(str(output.get("text")) for output in answer["outputs"])
    assert answer["ok"], answer["outputs"]
    return text.strip()
