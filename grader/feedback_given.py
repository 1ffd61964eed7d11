"""What of the handed-out notebook a page of feedback needs: its title, and the cells as they were given.

The release is the course's own and is what every student has; nothing of a submission is looked at here.
Without a release a page is made all the same: it only cannot tell whose a line is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .course import Course
from .notebooks import NotebookError, cells_by_grade_id, read_notebook, source_of
from .title import title_of

#: What the graft notes of answers in whose place it put the released cells (see `graft_notes`).
_PUT_IN_PLACE = re.compile(
    r"The answer cells? (?P<names>.+) (?:was|were) missing or empty; the released cells? (?:was|were) put in .*"
)


@dataclass(frozen=True)
class Given:
    """What was handed out."""

    #: What the assignment is called.
    title: str
    #: The text of each cell that nbgrader knows by name, by its grade_id.
    sources: Mapping[str, str] = field(default_factory=dict)


def read_given(course: Course, assignment: str) -> Given:
    """What students got of an assignment; no cells if there is no release that can be read."""
    title = title_of(course, assignment)
    path = course.release(assignment) / f"{assignment}.ipynb"
    try:
        release = read_notebook(path, "")
    except NotebookError:
        return Given(title)
    cells = cells_by_grade_id(release)
    return Given(title, {name: source_of(cell) for name, cell in cells.items()})


def put_in_place(notes: Sequence[str]) -> frozenset[str]:
    """The answers that were missing or empty, and in whose place stands the released cell, by grade_id.

    Args:
        notes: of the grader's record; a note names some eight cells, and counts the rest.
    """
    found = filter(None, map(_PUT_IN_PLACE.fullmatch, notes))
    return frozenset(name for note in found for name in re.findall(r"[^\s,]+", note["names"]))
