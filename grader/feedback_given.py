"""What of the handed-out notebook a page of feedback needs: its title, and the cells as they were given.

The release is the course's own and is what every student has; nothing of a submission is looked at here.
Without a release a page is made all the same: it only cannot tell whose a line is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .course import Course
from .notebooks import Notebook, NotebookError, cells_by_grade_id, read_notebook, source_of
from .sanitise import from_markdown

_HEADING = re.compile(r"^#[ \t]+(\S.*?)[ \t]*#*$", re.M)
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Given:
    """What was handed out."""

    #: The notebook's own title, in plain text; empty if it has none.
    title: str = ""
    #: The text of each cell that nbgrader knows by name, by its grade_id.
    sources: Mapping[str, str] = field(default_factory=dict)


def read_given(course: Course, assignment: str) -> Given:
    """What students got of an assignment; nothing if there is no release that can be read."""
    path = course.release(assignment) / f"{assignment}.ipynb"
    try:
        notebook = read_notebook(path, "")
    except NotebookError:
        return Given()
    return given_in(notebook)


def given_in(release: Notebook) -> Given:
    """What a released notebook gives."""
    cells = cells_by_grade_id(release)
    return Given(_title(release), {name: source_of(cell) for name, cell in cells.items()})


def _title(release: Notebook) -> str:
    """The notebook's first heading of the first order, without markup."""
    for cell in release["cells"]:
        found = cell["cell_type"] == "markdown" and _HEADING.search(source_of(cell))
        if found:
            return from_markdown(found[1][:_LONGEST_TITLE]).striptags()
    return ""
