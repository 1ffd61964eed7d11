"""What of the handed-out notebook a page of feedback needs: its title, and the cells as they were given.

The release is the course's own and is what every student has; nothing of a submission is looked at here.
Without a release a page is made all the same: it only cannot tell whose a line is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .course import Course
from .notebooks import NotebookError, cells_by_grade_id, read_notebook, source_of
from .title import title_of


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
