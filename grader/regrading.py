"""What earlier runs have left: what need not be graded again, and why the rest is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from testcases.core.protocol import Assignment

from .course import Course
from .reading import read_items
from .results import Grades, Result, assemble, disagreements, read_record
from .submissions import Submission
from .words import listed

#: What people call the parts of a basis.
_WORDS = {
    "version": "the grader's version",
    "cells": "the assignment's cells",
    "source": "the files in source/",
    "testcases": "testcases/",
    "configuration": "nbgrader_config.py",
    "secret": "the course's secret",
    "jail": "whether they run in the jail",
}
_SHOWN = 16


def basis(**parts: str) -> str:
    """What grades rest on, as `Record.basis`: "name:digest" of each part, so that it can be told what changed."""
    return " ".join(
        f"{name}:{hashlib.sha256(text.encode()).hexdigest()[:_SHOWN]}"
        for name, text in parts.items()
    )


def difference(before: str, now: str) -> str:
    """Which parts of a basis have changed, in words."""
    old, new = (dict(part.partition(":")[::2] for part in text.split()) for text in (before, now))
    if old.keys() != new.keys():
        return _WORDS["version"]  # it had another form then
    return listed([_WORDS[name] for name in new if old[name] != new[name]])


class Earlier:
    """The results of earlier runs, as they stand in autograded/."""

    def __init__(
        self, course: Course, assignment: Assignment, basis: str, tell: Callable[[str], None]
    ) -> None:
        """`basis`: what grades rest on now; `tell` is told once why unchanged work is graded again."""
        self._course = course
        self._assignment = assignment
        self._basis = basis
        self._tell = tell
        self._told = False

    def result(self, submission: Submission, grades: Grades | None) -> Result | None:
        """The result of an earlier run, if nothing has changed since and its records are whole."""
        name, items = self._assignment.name, self._assignment.items
        path = self._course.autograded(submission.student, name) / f"{name}.ipynb"
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            record = read_record(notebook)
        except (OSError, ValueError, AttributeError):
            return None
        if record is None or record.digest != submission.digest:
            return None
        if record.basis != self._basis:
            self._tell_why(record.basis)
            return None
        if grades is None or {item.grade_id for item in items} != set(grades.by_id):
            return None
        if record.problem is not None:
            if any(grade.auto != 0 for grade in grades.by_id.values()):
                return None
        elif disagreements(read_items(notebook, items), grades):
            return None
        return assemble(submission.student, name, items, notebook, record, grades)

    def _tell_why(self, before: str) -> None:
        if not self._told:
            self._tell(
                "What was graded before is graded again: there has been a change in "
                f"{difference(before, self._basis)}."
            )
        self._told = True
