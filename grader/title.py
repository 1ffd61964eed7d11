"""What an assignment is called: the first heading of the instructor's own notebook."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .course import Course
from .terminal import printable
from .words import readable

#: A heading of the first level, on a line of its own.
_HEADING = re.compile(r"^ {0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
#: Marks of emphasis and code, which a title does without.
_MARKS = re.compile(r"[`*]")
#: A longer heading is no title.
_LONGEST = 120


def title_of(course: Course, assignment: str) -> str:
    """The first heading of the release, or of the source; else the assignment's name in readable form.

    Submitted notebooks are not asked: their headings are the students'.
    """
    for folder in (course.release(assignment), course.source(assignment)):
        heading = _heading(folder / f"{assignment}.ipynb")
        if heading:
            return heading
    return readable(assignment)


def _heading(path: Path) -> str:
    """The first heading of a notebook; empty if there is none, or if it cannot be read."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""
    for text in texts:
        found = _HEADING.search(text)
        if found:
            title = printable(_MARKS.sub("", found.group(1)).strip())
            return title if len(title) <= _LONGEST else ""
    return ""
