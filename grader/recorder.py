"""Writing down how a submission came out: its gradebook rows, then its autograded folder.

The gradebook's rows of one submission change in one transaction. The notebook, which carries the
digest of what was graded, replaces the old one last. A run that is killed in between leaves a notebook whose
digest is not that of the submission, so the next run grades it again, to the same end.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import rmtree

from .course import Course
from .nbgrader_course import Nbgrader

_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True)
class Entry:
    """What is to be written down of one submission."""

    student: str
    #: When it was handed in, as UTC without a zone, if that is known.
    handed_in: datetime | None
    #: Points by grade_id; None where a person has to decide.
    scores: Mapping[str, float | None]
    #: Solution cells that are as they were handed out.
    untouched: frozenset[str]
    #: Text of the autograded notebook.
    notebook: str
    #: The student's own further files.
    files: Mapping[str, bytes]


class Recorder:
    """A worker's connection to the gradebook, and its hand in the autograded folders."""

    def __init__(self, nbgrader: Nbgrader, course: Course, assignment: str, url: str) -> None:
        self._course = course
        self._assignment = assignment
        self._gradebook = Gradebook(url, nbgrader.course_id)
        self._penalties = AssignLatePenalties(parent=nbgrader.app)
        self._penalties.init_plugin()

    def close(self) -> None:
        """Close the connection."""
        self._gradebook.close()

    def record(self, entry: Entry) -> None:
        """Write down one submission, in place of any earlier one. What a person gave stays."""
        gradebook = self._gradebook
        gradebook.update_or_create_student(entry.student)
        gradebook.update_or_create_submission(
            self._assignment, entry.student, timestamp=entry.handed_in
        )
        notebook = gradebook.find_submission_notebook(
            self._assignment, self._assignment, entry.student
        )
        for grade in notebook.grades:
            grade.auto_score = entry.scores[grade.name]
            # As nbgrader does: after a new automatic score, a person looks at theirs again.
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in notebook.comments:
            comment.auto_comment = "No response." if comment.name in entry.untouched else None
        gradebook.db.flush()
        gradebook.db.refresh(notebook)
        notebook.late_submission_penalty = self._penalty(notebook, entry.student)
        gradebook.db.commit()
        self._write(entry)

    def _penalty(self, notebook: SubmittedNotebook, student: str) -> float | None:
        late = notebook.assignment.total_seconds_late
        if late <= 0:
            return None
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, notebook.score, late)
        return None if penalty is None else min(max(0.0, penalty), notebook.score)

    def _write(self, entry: Entry) -> None:
        folder = self._course.autograded(entry.student, self._assignment)
        draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
        if draft.exists():
            rmtree(str(draft))
        draft.mkdir(parents=True)
        for name, content in entry.files.items():
            (draft / name).write_bytes(content)
        source = self._course.source(self._assignment)
        shutil.copytree(source, draft, dirs_exist_ok=True, ignore=_NOT_COPIED)
        path = draft / f"{self._assignment}.ipynb"
        path.write_text(entry.notebook, encoding="utf-8")
        path.chmod(_READ_ONLY)
        if folder.exists():
            rmtree(str(folder))
        draft.rename(folder)


_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.ipynb")
