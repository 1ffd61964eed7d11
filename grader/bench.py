"""One submission through graft, jail and judge, in a worker: from its parcel to an autograded notebook.

The notebook that comes out is in nbgrader's form: what each cell showed stands below it, and below
each test cell the judge's message and the points.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from pathlib import Path

from testcases import load_assignment

from .engine import SKIP_TAG, Trial, name_of, run_submission
from .given_folder import given_folder
from .graft import Graft, SourceNotebook, graft_files, read_source
from .graft_reading import UnreadableError
from .jail.bubblewrap import JailError
from .jail.outside import Jail
from .notebooks import Notebook, parse_notebook
from .parcels import Graded, Kit, Parcel, graded, refused, unpack_given

#: As in jail/shell.py.
CELLS = ".cells.json"
_REMEDY = "Restore it, then run the command again."


class Bench:
    """A worker's jail and source notebook, used for one submission after another."""

    def __init__(self, kit: Kit) -> None:
        """Set up the jail.

        Raises:
            JailError: that is not possible here.
            GraderError: the kit's notebook cannot be read.
        """
        self.kit = kit
        self._assignment = load_assignment(kit.assignment)
        name = f"{kit.assignment}.ipynb"
        source: Notebook = parse_notebook(kit.source, Path("source", kit.assignment, name), _REMEDY)
        self._source = read_source(source, name, kit.markers)
        self._lasting = ExitStack()  # until the worker ends
        self._given = self._lasting.enter_context(given_folder())
        try:
            unpack_given(kit.given, self._given)
            cells = self._given / CELLS
            cells.write_text(json.dumps(_given_cells(self._source)), encoding="utf-8")
            cells.chmod(0o644)
            self._jail = self._new_jail()
        except BaseException:
            self._lasting.close()
            raise

    def _new_jail(self) -> Jail:
        return Jail(self._given, self._assignment.public_module, self.kit.limits)

    def close(self) -> None:
        """End the jail."""
        self._jail.close()
        self._lasting.close()

    def try_out(self) -> None:
        """Isolate nothing in particular, to see that it can be done.

        Raises:
            JailError: it cannot.
        """
        self._jail.child({}).close()

    def run(self, parcel: Parcel) -> Graded:
        """Run and judge what a student handed in; what cannot be read comes back as refused.

        Raises:
            JailError: the jail broke down, and could not be set up again. Not the student's fault.
        """
        try:
            grafted = graft_files(self._source, parcel.files)
        except UnreadableError as error:
            problem = str(error).removesuffix(".")
            kit = self.kit
            return refused(
                kit.assignment, parcel.student, parcel.digest, kit.basis, problem, parcel.notes
            )
        extra = {
            name: parcel.files[name]
            for name in grafted.other_files
            if not name.endswith(".ipynb") and "/" not in name
        }
        trial = self._try(grafted, extra, parcel.student)
        for cell in grafted.notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = list(trial.outputs.get(name_of(cell), ()))
        unanswered = frozenset(
            name for name, answered in grafted.answered.items() if answered != "submitted"
        )
        notes = (*parcel.notes, *grafted.notes, *trial.notes)
        items = {item.grade_id for item in self._assignment.items}
        return graded(parcel, self.kit.basis, grafted.notebook, notes, unanswered, extra, items)

    def _try(self, grafted: Graft, files: dict[str, bytes], student: str) -> Trial:
        arguments = (grafted.notebook, files, self.kit.secret, student, grafted.student_cells)
        try:
            return run_submission(self._jail, self._assignment, *arguments)
        except JailError:
            # Somebody killed the jail's server, or memory ran out. That is nobody's answer: a new
            # jail, and the submission from its beginning.
            with suppress(OSError):
                self._jail.close()
            self._jail = self._new_jail()
            return run_submission(self._jail, self._assignment, *arguments)


def _given_cells(source: SourceNotebook) -> dict[str, list[str]]:
    """The texts of the instructor's code cells that are run for everybody. No test is among them.

    The "late" ones come after the first test cell.
    """
    first_test = min((cell.index for cell in source.cells if cell.role == "test"), default=0)
    texts: dict[str, list[str]] = {"early": [], "late": []}
    for cell in source.cells:
        if cell.cell_type == "code" and cell.role == "given" and SKIP_TAG not in cell.tags:
            texts["early" if cell.index < first_test else "late"].append(cell.text)
    return texts
