"""Runs an instructor's notebook in a scratch copy of the course, to see what it earns.

For notebooks that we trust: the source, and the release as it is handed out. Submissions are run by
`grader grade`, with the care that strangers' code needs.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from testcases.secret import SECRET_FILE

from .course import CONFIG_FILE, Course
from .notebooks import Cell, Notebook, cells_by_grade_id, label_of, nbgrader_of, source_of
from .shipping import CACHES
from .structure import SKIP_TAG

#: Seconds that one cell may take in a graded run (as in nbgrader_config.py), and in a whole run.
GRADED_TIMEOUT = 60
WHOLE_TIMEOUT = 1800

#: Kernels remark on their own transport when they start; that is of no interest here.
_QUIET_KERNEL = "--log-level=ERROR"

#: A message shows so many characters of what a cell said.
_SHOWN = 160


@dataclass(frozen=True)
class Trial:
    """How a run came out."""

    #: Points by grade_id, for the cells that nbgrader grades by itself.
    scores: dict[str, float]
    #: Label of a cell (see `label_of`) → what it raised; "the run" → why it broke off, if it did.
    errors: dict[str, str]
    #: Label of a cell → what it wrote to stderr. In a test cell, nbgrader would give 0 for it.
    complaints: dict[str, str]


class Bar(Protocol):
    """What is told how far a run has got."""

    def advance(self, note: str = "") -> None:
        """One more cell begins."""
        ...

    def close(self) -> None:
        """That was the last one."""
        ...


def run_notebook(
    course: Course, folder: Path, notebook: Notebook, bar: Bar, everything: bool = False
) -> Trial:
    """Run a notebook beside a copy of the files in `folder`, and add up what nbgrader would give.

    Args:
        course: whose configuration and secret count.
        folder: the files that the notebook needs; it is not written to.
        notebook: what to run; it is not changed.
        bar: is told of every cell.
        everything: run the cells tagged skip-execution too.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from nbgrader.utils import determine_grade

    node = nbformat.from_dict(copy.deepcopy(notebook))
    for cell in node.cells:
        cell["source"] = source_of(cell)
    broken: dict[str, str] = {}
    with scratch_copy(course, folder) as place:
        client = NotebookClient(
            node,
            extra_arguments=[_QUIET_KERNEL],
            timeout=WHOLE_TIMEOUT if everything else GRADED_TIMEOUT,
            kernel_name="python3",
            allow_errors=True,
            skip_cells_with_tag="" if everything else SKIP_TAG,
            resources={"metadata": {"path": str(place)}},
            on_cell_start=lambda cell, cell_index: bar.advance(label_of(cell, cell_index)),
        )
        try:
            client.execute()
        except (CellTimeoutError, DeadKernelError) as error:
            broken["the run"] = f"broke off: {str(error).splitlines()[0]}"
        finally:
            bar.close()
    graded = {
        name: cell
        for name, cell in cells_by_grade_id(node).items()
        if nbgrader_of(cell).get("grade") and not nbgrader_of(cell).get("solution")
    }
    scores = {name: float(determine_grade(cell)[0] or 0) for name, cell in graded.items()}
    return Trial(scores, _said(node.cells, _error) | broken, _said(node.cells, _stderr))


def with_locked_cells(release: Notebook, source: Notebook) -> Notebook:
    """The release with the instructor's locked cells put back, as nbgrader does before it grades."""
    originals = cells_by_grade_id(source)
    filled = copy.deepcopy(release)
    for cell in filled["cells"]:
        notes = nbgrader_of(cell)
        if notes.get("locked") and notes.get("grade_id") in originals:
            cell["source"] = source_of(originals[notes["grade_id"]])
    return filled


@contextmanager
def scratch_copy(course: Course, folder: Path) -> Iterator[Path]:
    """A copy of `folder` in a scratch course that has the same configuration and secret."""
    with tempfile.TemporaryDirectory(prefix="grader-trial-") as name:
        scratch = Course(Path(name))
        for file in (CONFIG_FILE, SECRET_FILE):
            if (course.root / file).is_file():
                shutil.copy(course.root / file, scratch.root)
        place = scratch.source(folder.name)
        shutil.copytree(folder, place, ignore=shutil.ignore_patterns(*CACHES))
        yield place


def _said(cells: list[Cell], pick: Callable[[Cell], str]) -> dict[str, str]:
    said = {label_of(cell, index): pick(cell) for index, cell in enumerate(cells)}
    return {label: text[:_SHOWN] for label, text in said.items() if text}


def _error(cell: Cell) -> str:
    errors = [output for output in cell.get("outputs", ()) if output["output_type"] == "error"]
    return f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else ""


def _stderr(cell: Cell) -> str:
    texts = [output["text"] for output in cell.get("outputs", ()) if output.get("name") == "stderr"]
    return "".join(texts).strip()
