"""Writing down how a submission came out: its gradebook rows and its autograded folder, whole or not at all.

One recorder writes for all workers. Of each submission
    1. the new folder is written beside the old one (a full disk shows now, and nothing has changed),
    2. the gradebook's rows change in one transaction,
    3. the new folder takes the place of the old one. Its notebook carries the digest of what was
       graded and of all that the grade rests on.
A run that is killed between 2 and 3 leaves a notebook that does not fit the submission, so the next
run grades it again, to the same end.

Files that are the same for everybody are hard links to one copy, which nobody may write to: a class
of a thousand would otherwise hold a thousand copies of every picture.
Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import rmtree

from testcases.core.protocol import Item

from .course import Course
from .nbgrader_course import Nbgrader
from .parcels import Graded, digest_of_given
from .reading import read_items
from .records import Records, Scores
from .results import Result, assemble
from .standing import check_place, draft_of, put_in_place
from .submissions import TIMESTAMP_FILE, read_timestamp

_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
#: Folder in autograded/ with the one copy of what is the same for everybody.
_COMMON = ".given"


class Recorder:
    """The one hand that writes into the gradebook and the autograded folders."""

    def __init__(
        self,
        nbgrader: Nbgrader,
        course: Course,
        items: tuple[Item, ...],
        records: Records,
        given: Mapping[str, bytes],
    ) -> None:
        self._course = course
        self._items = items
        self._records = records
        self._given = given
        self._common = course.root / "autograded" / _COMMON / digest_of_given(given)[:16]
        # Its folders, those first that others lie in.
        parents = {parent for name in given for parent in Path(name).parents}
        self._folders = sorted(parents - {Path()}, key=lambda folder: len(folder.parts))
        penalties = AssignLatePenalties(parent=nbgrader.app)
        penalties.init_plugin()
        self._penalty = penalties.plugin_inst.late_submission_penalty

    def prepare(self) -> None:
        """Lay out the common files, and drop those of earlier states of the assignment.

        Raises:
            OSError: they cannot be written.
        """
        if self._common.parent.exists():
            for other in self._common.parent.iterdir():
                if other != self._common:
                    rmtree(str(other))
        if self._common.exists():
            rmtree(str(self._common))
        for name, content in self._given.items():
            path = self._common / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(_READ_ONLY)

    def record(self, assignment: str, graded: Graded) -> Result:
        """Write down one submission, in place of any earlier one. What a person gave stays.

        Raises:
            NotGradedError: its place cannot be written to.
            OSError, SQLAlchemyError: it could not be written down. The earlier grade stands.
        """
        folder = self._course.autograded(graded.student, assignment)
        submitted = self._course.submitted(graded.student, assignment)
        check_place(folder)
        draft = draft_of(folder)
        try:
            handed_in, _ = read_timestamp(submitted)
            self._write(draft, assignment, graded)
            if handed_in is not None:
                shutil.copyfile(submitted / TIMESTAMP_FILE, draft / TIMESTAMP_FILE)
            grades = self._records.write(self._scores(graded, handed_in), self._penalty)
            put_in_place(draft, folder)
        finally:
            if draft.exists():
                rmtree(str(draft))
            with suppress(OSError):  # it is not empty, unless nothing was ever recorded
                folder.parent.rmdir()
        return assemble(graded.student, assignment, self._items, graded.told, graded.record, grades)

    def _scores(self, graded: Graded, handed_in: datetime | None) -> Scores:
        if graded.record.problem is not None:
            points: dict[str, float | None] = {item.grade_id: 0.0 for item in self._items}
            return Scores(graded.student, handed_in, points, void=True)
        readings = read_items(graded.told, self._items)
        points = {
            name: 0.0 if name in graded.unanswered else reading.score
            for name, reading in readings.items()
        }
        return Scores(graded.student, handed_in, points, graded.unanswered)

    def _write(self, draft: Path, assignment: str, graded: Graded) -> None:
        if draft.exists():
            rmtree(str(draft))
        draft.mkdir(parents=True)
        for name, content in graded.files.items():
            (draft / name).write_bytes(content)
        if graded.record.problem is None:
            self._place_common(draft)
        path = draft / f"{assignment}.ipynb"
        path.write_text(graded.text, encoding="utf-8")
        for written in (path, *(draft / name for name in graded.files)):
            written.chmod(_READ_ONLY)

    def _place_common(self, draft: Path) -> None:
        for folder in self._folders:
            (draft / folder).mkdir()
        here, there = str(self._common), str(draft)
        for name in self._given:
            original, target = f"{here}/{name}", f"{there}/{name}"
            try:
                os.link(original, target)
            except OSError:  # a file system without links, or with too many of this one
                shutil.copy(original, target)
