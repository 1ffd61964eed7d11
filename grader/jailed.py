"""One submission through graft and jail, in a worker process: from its files to an autograded notebook.

The notebook that comes out is in nbgrader's form: what each cell showed stands below it, and below
each test cell the judge's message and the points.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from testcases.core.protocol import Assignment
from testcases.secret import read_secret

from .course import Course
from .engine import name_of, run_submission
from .graft import SourceNotebook, graft_files, read_source
from .jail.limits import Limits
from .jail.outside import Jail
from .nbgrader_course import Nbgrader, markers_of
from .notebooks import Notebook, read_notebook
from .shipping import CACHES
from .submissions import TIMESTAMP_FILE

_REMEDY = "Restore it, then run the command again."


@dataclass(frozen=True)
class Run:
    """A submission that was run and judged."""

    notebook: Notebook
    notes: tuple[str, ...]
    #: Solution cells without an answer.
    unanswered: frozenset[str]
    #: The student's further files that were put beside the notebook.
    files: Mapping[str, bytes]


class JailBench:
    """A worker's jail and source notebook, used for one submission after another."""

    def __init__(self, course: Course, assignment: Assignment, nbgrader: Nbgrader) -> None:
        self._course = course
        self._assignment = assignment
        self._secret = read_secret(course.root)
        self._limits = Limits()
        self._source = _source(course, assignment.name, nbgrader)
        self._lasting = ExitStack()  # until the process ends
        given = Path(
            self._lasting.enter_context(tempfile.TemporaryDirectory(prefix="grader-given-"))
        )
        copy_given(course.source(assignment.name), given)
        self._jail = self._lasting.enter_context(
            Jail(given, assignment.public_module, self._limits)
        )

    def close(self) -> None:
        """End the jail."""
        self._lasting.close()

    def run(self, student: str) -> Run:
        """Run and judge what a student handed in.

        Raises:
            UnreadableError: there is nothing in it that can be read as a notebook.
        """
        folder = self._course.submitted(student, self._assignment.name)
        files, notes = self._read(folder)
        grafted = graft_files(self._source, files)
        extra = {name: files[name] for name in grafted.other_files if not name.endswith(".ipynb")}
        trial = run_submission(
            self._jail, self._assignment, grafted.notebook, extra, self._secret, student
        )
        for cell in grafted.notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = list(trial.outputs.get(name_of(cell), ()))
        unanswered = frozenset(
            name for name, answered in grafted.answered.items() if answered != "submitted"
        )
        return Run(grafted.notebook, (*notes, *grafted.notes, *trial.notes), unanswered, extra)

    def _read(self, folder: Path) -> tuple[dict[str, bytes], list[str]]:
        """The regular files right in a folder that are not too large, and notes on the others."""
        files, notes = {}, []
        given = self._course.source(self._assignment.name)
        room = self._limits.scratch_bytes // 2
        for path in sorted(folder.iterdir()):
            if path.name == TIMESTAMP_FILE or path.name in CACHES or path.name.startswith("."):
                continue
            if (given / path.name).exists() and path.suffix != ".ipynb":
                continue  # the original takes its place
            if path.is_symlink() or not path.is_file():
                notes.append(f"{path.name!r} is no file, and was left aside")
                continue
            size = path.stat().st_size
            if path.suffix != ".ipynb":
                if size > min(room, self._limits.file_bytes):
                    notes.append(f"{path.name!r} is too large, and was left aside")
                    continue
                room -= size
            files[path.name] = path.read_bytes()
        return files, notes


def _source(course: Course, name: str, nbgrader: Nbgrader) -> SourceNotebook:
    path = course.source(name) / f"{name}.ipynb"
    return read_source(read_notebook(path, _REMEDY), path.name, markers_of(nbgrader))


def copy_given(source: Path, target: Path) -> None:
    """What the jail may see of a source folder: everything but notebooks, readable by anybody."""
    ignored = shutil.ignore_patterns(*CACHES, "*.ipynb")
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def require_jail(course: Course, assignment: Assignment) -> None:
    """See that a jail can be set up and a submission be isolated in it, before anything is graded.

    Raises:
        JailError: it cannot; the message says what to do.
    """
    with tempfile.TemporaryDirectory(prefix="grader-given-") as folder:
        copy_given(course.source(assignment.name), Path(folder))
        with Jail(Path(folder), assignment.public_module, Limits()) as jail:
            jail.child({}).close()
