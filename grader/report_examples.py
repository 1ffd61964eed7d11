"""One student's own code for each mistake, for the instructor to look at. It is shown, never run.

Whose a line is, and what is folded, is found out as for the student's own page of feedback.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from testcases.core.protocol import Item

from .course import Course
from .feedback_given import read_given
from .feedback_lines import Code, compared
from .feedback_words import Line, lines_at, message_lines, places
from .notebooks import Cell
from .report_statistics import made
from .results import ItemResult, Result
from .sanitise import highlighted
from .submissions import grade_id_of
from .terminal import printable

#: Longest cell or message that is shown, in lines and in characters of a line; one of a message is a paragraph.
_LINES = 120
_COLUMNS = 200
_PARAGRAPH = 1_000


@dataclass(frozen=True)
class ShownCell:
    """The cell of one function."""

    name: str
    code: Code
    #: Numbers of the lines that the judge names.
    named: frozenset[int]


@dataclass(frozen=True)
class Example:
    """What one student who made a mistake had written, and what was told."""

    student: str
    #: The cells of the functions that the item needs; none if they are not there any more.
    cells: tuple[ShownCell, ...]
    #: The same as plain text.
    code: str
    #: What the student read.
    message: str
    #: The same, line by line.
    told: tuple[Line, ...]


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
    given = read_given(course, results[0].assignment).sources if chosen else {}
    found = {}
    for (grade_id, name), result in chosen.items():
        own = cells[result.student]
        sources = {each: own[each] for each in by_id[grade_id].functions if each in own}
        outcome = next(item for item in result.items if item.grade_id == grade_id)
        found[grade_id, name] = _example(result.student, sources, given, outcome)
    return found


def _example(
    student: str, sources: Mapping[str, str], given: Mapping[str, str], outcome: ItemResult
) -> Example:
    message = shown_text(outcome.message, _PARAGRAPH)
    at = places(message)
    return Example(
        student,
        tuple(
            ShownCell(
                name,
                shown_code(source, given.get(name)),
                lines_at(at, name),
            )
            for name, source in sources.items()
        ),
        "\n\n".join(shown_text(source.strip("\n")) for source in sources.values()),
        message,
        tuple(message_lines(replace(outcome, message=message))),
    )


def shown_code(source: str, given: str | None) -> Code:
    """A cell as the page shows it.

    Args:
        source: what the student wrote.
        given: the cell as it was handed out; None if that is not known.
    """
    lines, more = _lines(source.rstrip())
    # What hides is told as it is written in Python, so it cannot be taken for what was handed out.
    if given is None:
        return Code(tuple(highlighted(lines)), None, more)
    found = compared(given.expandtabs(4), lines)
    return Code(tuple(highlighted(lines)), found.own, more, found.gone)


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


def shown_text(text: str, columns: int = _COLUMNS) -> str:
    """A student's text with an end, and without what could hide or turn around what is shown."""
    lines, more = _lines(text, columns)
    return "\n".join([*lines, *(["…"] if more else [])])


def _lines(text: str, columns: int = _COLUMNS) -> tuple[list[str], int]:
    """The first lines of a text, none of them too long, and how many more there are."""
    lines = text.replace("\r\n", "\n").expandtabs(4).split("\n")
    short = [
        printable(line if len(line) <= columns else line[:columns] + " …")
        for line in lines[:_LINES]
    ]
    return short, max(0, len(lines) - _LINES)
