"""Canvas's gradebook import: its own gradebook, cut down to the students and the one assignment.

Canvas goes by the places of the columns that say who a student is, so they stay as Canvas wrote them.
It finds students by its number in the column ID, and asks the others only where that is empty. A
column that it does not know becomes a new assignment, so only those that its gradebook has are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .errors import UsageError
from .export_rows import Book
from .export_table import Options, Table, find
from .roster import CANVAS_LAST, Roster, listed
from .spreadsheet import Cell

#: Where nbgrader's ids are looked for; the first wins if it is even.
_KEYS = ("SIS Login ID", "SIS User ID", "ID")
_ID, _POINTS = "ID", "Points Possible"
_READ_ONLY = "read only"
_TITLE = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)")


def canvas_table(book: Book, options: Options) -> Table:
    """One assignment, as Canvas's gradebook wants it."""
    (work,) = book.works
    roster = options.roster
    if roster is None:
        raise UsageError(
            "Cannot export for Canvas: its own numbers of the students are needed. In Canvas, choose "
            "Grades, Export, and name that file with --roster."
        )
    width = _width(roster)
    place = _column(roster, width, options.column or work.name, work.name)
    number = roster.column(_ID)
    points = [row for row in roster.rows if not row.cells[number] and _POINTS in row.cells[0]]
    found = find(book, roster, roster.students, options.key, _KEYS)
    possible: Cell = work.max_score
    notes = list(found.notes)
    attention = found.attention
    if points:
        told = points[0].cells[place]
        if _READ_ONLY in told:
            raise UsageError(
                f"Cannot export into the column {roster.header[place]!r}: Canvas works it out by itself. "
                "Name another one with --column."
            )
        possible = _as_number(told)
        if possible is not None and possible != work.max_score:
            attention = True
            notes.append(
                f"{roster.header[place]!r} has {possible:g} points in Canvas, and {work.name!r} has "
                f"{work.max_score:g} here. The scores are of {work.max_score:g}: set that in Canvas first."
            )
    rows: list[Sequence[Cell]] = [
        [*roster.header[:width], roster.header[place]],
        [f"    {_POINTS}", *[None] * (width - 1), possible],
    ]
    rows += [[*row.cells[:width], entry.score] for row, entry in found.rows]
    return Table(tuple(rows), len(found.rows), tuple(notes), attention)


def _width(roster: Roster) -> int:
    """How many columns say who a student is; Canvas goes by their places."""
    titles = roster.header
    if not roster.is_canvas:
        raise UsageError(
            f"Cannot use roster {roster.path}: it is not Canvas's gradebook, which begins with the "
            f"columns 'Student', 'ID' and so on up to 'Section'; this one has {listed(titles)}. In "
            "Canvas: Grades, Export."
        )
    return titles.index(CANVAS_LAST) + 1


def _column(roster: Roster, width: int, wanted: str, assignment: str) -> int:
    """The assignment's column: by its whole title, by the name alone, or by Canvas's number."""
    titles = {
        place: found
        for place, title in enumerate(roster.header)
        if place >= width and (found := _TITLE.fullmatch(title))
    }
    matches = [
        place
        for place, found in titles.items()
        if _alike(wanted) in (_alike(found[0]), _alike(found["title"]), found["id"])
    ]
    if len(matches) == 1:
        return matches[0]
    many = "several assignments" if matches else "no assignment"
    known = listed([found[0] for found in titles.values()]) or "none"
    raise UsageError(
        f"Cannot export {assignment!r} for Canvas: its gradebook has {many} called {wanted!r}. Name the "
        f"column with --column. There are: {known}."
    )


def _alike(name: str) -> str:
    """A name without what an assignment's folder cannot tell: capitals, and blanks for underscores."""
    return name.casefold().replace("_", " ")


def _as_number(text: str) -> float | None:
    """A number as Canvas writes it, with a comma in some languages."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
