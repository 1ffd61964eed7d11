"""Hand-ins that are hostile or broken, for the demo: what each does, and what must come of it.

They know nothing of any assignment: each is somebody's hand-in with one thing done to it. `tests/hostile/`
has the corpus that attacks in earnest; here is one of each kind, to be looked at.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .course import Course
from .notebooks import Cell, Notebook, dump, nbgrader_of
from .submissions import TIMESTAMP_FILE

#: Done to a folder that was handed in; the name is the notebook's.
Deed = Callable[[Path, str], None]


@dataclass(frozen=True)
class Mischief:
    """One hand-in."""

    student: str
    #: Whether the rest of the notebook is solved; if not, nobody has answered anything.
    solved: bool
    deed: Deed
    #: Whether what was answered still counts; else nothing does.
    counts: bool = True
    #: Whether a person must be told.
    attention: bool = False


def _first_cell(source: str) -> Deed:
    """Put a cell of the student's own before all others."""

    def change(notebook: Notebook) -> None:
        cell: Cell = {
            "cell_type": "code",
            "id": "an-own-cell",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        notebook["cells"].insert(0, cell)

    return _edited(change)


def _edited(change: Callable[[Notebook], None]) -> Deed:
    def deed(folder: Path, name: str) -> None:
        path = folder / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        change(notebook)
        path.write_text(dump(notebook), encoding="utf-8")

    return deed


def _tests(notebook: Notebook) -> list[Cell]:
    """The cells that are graded by running them."""
    return [
        cell
        for cell in notebook["cells"]
        if nbgrader_of(cell).get("grade") and not nbgrader_of(cell).get("solution")
    ]


def _skip_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["tags"] = ["skip-execution"]


def _raise_points(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = 1000


def _copy_test(notebook: Notebook) -> None:
    notebook["cells"].append({**copy.deepcopy(_tests(notebook)[0]), "id": "copied-test"})


def _delete_tests(notebook: Notebook) -> None:
    tests = _tests(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in tests]


def _rename(folder: Path, name: str) -> None:
    (folder / name).rename(folder / "my homework (2).ipynb")


def _cut_off(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])


def _empty(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")


def _no_date(folder: Path, name: str) -> None:
    (folder / TIMESTAMP_FILE).write_text("last Tuesday, I think", encoding="utf-8")


_SHOW_NUMBER = "import sys\n\nsys.displayhook(100.0)\n100.0"
_PATCH_NUMPY = """
import numpy as np

np.allclose = np.array_equal = np.isclose = lambda *anything, **more: True
np.testing.assert_allclose = lambda *anything, **more: None
"""
_WRITE_GRADEBOOK = """
import glob
import sqlite3

for up in ("..", "../..", "../../..", "../../../.."):
    for place in glob.glob(f"{up}/gradebook.db"):
        sqlite3.connect(place).execute("UPDATE grade SET extra_credit = 100").connection.commit()
"""
_READ_SOURCE = """
import glob

for up in ("..", "../..", "../../.."):
    for place in glob.glob(f"{up}/source/*/*.ipynb"):
        print(open(place).read())
"""
_ENDLESS = "while True:\n    pass"
_ENDS_PROCESS = "import os\n\nos._exit(0)"
# Reserved and not written to, so that it is memory that runs out, and never time.
_EATS_MEMORY = "import numpy as np\n\nhoard = [np.empty(10**8) for _ in range(10**4)]"
_FORKS = "import os\n\nwhile True:\n    os.fork()"
_PRINTS = "print('all work and no play ' * 5_000_000)"
_STAYS = """
import os
import time

if os.fork() == 0:
    os.setsid()
    time.sleep(3600)
    os._exit(0)
"""

#: Nobody may run these without a jail.
HOSTILE = (
    Mischief("hostile-shows-a-number", False, _first_cell(_SHOW_NUMBER)),
    Mischief("hostile-patches-numpy", False, _first_cell(_PATCH_NUMPY)),
    Mischief("hostile-writes-gradebook", False, _first_cell(_WRITE_GRADEBOOK)),
    Mischief("hostile-reads-source", False, _first_cell(_READ_SOURCE)),
    Mischief("hostile-skips-tests", False, _edited(_skip_tests)),
    Mischief("hostile-raises-points", False, _edited(_raise_points)),
    Mischief("hostile-endless-loop", True, _first_cell(_ENDLESS)),
    Mischief("hostile-ends-process", True, _first_cell(_ENDS_PROCESS)),
    Mischief("hostile-eats-memory", True, _first_cell(_EATS_MEMORY)),
    Mischief("hostile-fork-bomb", True, _first_cell(_FORKS)),
    Mischief("hostile-prints-100-MB", True, _first_cell(_PRINTS)),
    Mischief("hostile-stays-behind", True, _first_cell(_STAYS)),
)
BROKEN = (
    Mischief("broken-copied-test", True, _edited(_copy_test)),
    Mischief("broken-deleted-tests", True, _edited(_delete_tests)),
    Mischief("broken-renamed", True, _rename),
    Mischief("broken-no-date", True, _no_date),
    Mischief("broken-cut-off", True, _cut_off, counts=False, attention=True),
    Mischief("broken-empty", True, _empty, counts=False, attention=True),
)


def hand_in(course: Course, assignment: str, mischiefs: Sequence[Mischief], solved_by: str) -> None:
    """Hand in for each of these.

    Args:
        course: the course, with a release.
        assignment: the assignment.
        mischiefs: what to do.
        solved_by: a student who has handed in with every answer right.
    """
    for mischief in mischiefs:
        folder = course.submitted(mischief.student, assignment)
        like = course.submitted(solved_by, assignment)
        shutil.copytree(like if mischief.solved else course.release(assignment), folder)
        shutil.copyfile(like / TIMESTAMP_FILE, folder / TIMESTAMP_FILE)
        mischief.deed(folder, f"{assignment}.ipynb")
