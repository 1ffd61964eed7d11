"""One student's own code for each mistake, for the instructor to look at. It is shown, never run."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from testcases.core.protocol import Item

from .course import Course
from .notebooks import Cell
from .report_statistics import made
from .results import Result
from .submissions import grade_id_of
from .terminal import printable

#: Longest cell or message that is shown, in lines and in characters of a line.
_LINES = 60
_COLUMNS = 200


@dataclass(frozen=True)
class Example:
    """What one student who made a mistake had written, and what was told."""

    student: str
    #: The cells of the functions that the item needs; empty if they are not there any more.
    code: str
    #: What the student read.
    message: str


def examples(
    course: Course,
    items: Sequence[Item],
    results: Sequence[Result],
    carried: Collection[tuple[str, str]] = (),
) -> Mapping[tuple[str, str], Example]:
    """An example of each mistake, by grade_id and name.

    Args:
        course: the course.
        items: of the assignment.
        results: of submissions that could be run.
        carried: mistakes that come from elsewhere, by student and grade_id; shown only for want of others.
    """
    by_id = {item.grade_id: item for item in items}
    chosen = _choose(results, carried)
    cells = {
        student: _cells(course, student, results[0].assignment)
        for student in sorted({result.student for result in chosen.values()})
    }
    found = {}
    for (grade_id, name), result in chosen.items():
        own = cells[result.student]
        code = "\n\n".join(
            shown_text(own[function].strip("\n"))
            for function in by_id[grade_id].functions
            if function in own
        )
        message = next(item.message for item in result.items if item.grade_id == grade_id)
        found[grade_id, name] = Example(result.student, code, shown_text(message))
    return found


def _choose(
    results: Iterable[Result], carried: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Result]:
    """For each mistake the student who did best otherwise: there it stands alone, if anywhere."""
    chosen: dict[tuple[str, str], tuple[tuple[bool, float, float], Result]] = {}
    for result in results:
        for item in result.items:
            if made(item):
                own = (result.student, item.grade_id) not in carried
                key, merit = (item.grade_id, str(item.mistake)), (own, item.score, result.score)
                if key not in chosen or merit > chosen[key][0]:
                    chosen[key] = (merit, result)
    return {key: result for key, (_, result) in chosen.items()}


def _cells(course: Course, student: str, assignment: str) -> dict[str, str]:
    """Sources of a graded notebook's cells by grade_id; empty if it cannot be read."""
    path = course.autograded(student, assignment) / f"{assignment}.ipynb"
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return {name: _source(cell) for cell in cells if (name := grade_id_of(cell)) is not None}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _source(cell: Cell) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def shown_text(text: str) -> str:
    """A student's text with an end, and without what could hide or turn around what is shown."""
    lines = text.expandtabs(4).split("\n")
    short = [
        printable(line if len(line) <= _COLUMNS else line[:_COLUMNS] + " …")
        for line in lines[:_LINES]
    ]
    return "\n".join([*short, *(["…"] if len(lines) > _LINES else [])])
