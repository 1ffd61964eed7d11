"""The floor: what grading costs at least. Fork a warm interpreter, `exec` the code cells, call the judge.

No jail, no border, no record, no IPython, and a crash would take everything along. Nothing that
runs and judges a submission in Python can be much cheaper.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.engine import SKIP_TAG, name_of
from grader.graft import SourceNotebook, graft_files
from grader.notebooks import Notebook
from grader.parcels import Kit, Parcel
from testcases.core.judge import judge
from testcases.core.observe import observe
from testcases.core.protocol import Assignment


@dataclass(frozen=True)
class Floor:
    """What it took for a class."""

    seconds: float
    cpu: float
    #: Student → points of the items that are judged.
    scores: Mapping[str, float]


def measure(
    kit: Kit, source: SourceNotebook, assignment: Assignment, parcels: list[Parcel]
) -> Floor:
    """Run and judge a class in forks of this process, one after another."""
    scores: dict[str, float] = {}
    before, begun = os.times(), time.perf_counter()
    for parcel in parcels:
        notebook = graft_files(source, parcel.files).notebook
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                total = _total(kit, assignment, notebook, parcel.student)
                os.write(theirs, repr(total).encode())
            finally:
                os._exit(0)
        os.close(theirs)
        scores[parcel.student] = float(os.read(ours, 100) or b"nan")
        os.close(ours)
        os.waitpid(pid, 0)
    seconds, after = time.perf_counter() - begun, os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    return Floor(seconds, cpu, scores)


def _total(kit: Kit, assignment: Assignment, notebook: Notebook, student: str) -> float:
    items = {item.grade_id: item for item in assignment.items if not item.manual}
    namespace: dict[str, Any] = {"__name__": "__main__"}
    total = 0.0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or SKIP_TAG in cell["metadata"].get("tags", ()):
            continue
        item = items.get(name_of(cell))
        if item is not None:
            cases = assignment.cases(item, kit.secret, student)
            seen = [observe(case, namespace, assignment.drivers) for case in cases]
            total += judge(item, cases, seen, assignment.oracle).score
            continue
        with (
            contextlib.suppress(Exception, SystemExit),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            exec(compile(cell["source"], name_of(cell), "exec"), namespace)  # noqa: S102
    return total


def warm_up(given: str) -> None:
    """Import what the notebook imports, before any fork."""
    import matplotlib as mpl

    mpl.use("Agg")
    sys.path.insert(0, given)
    os.chdir(given)
    import matplotlib.pyplot  # noqa: F401
    import reg_utils  # noqa: F401
    import testCases  # noqa: F401
