"""Moodle's grade import: who the student is, the grade, and, if wanted, comments.

Moodle refuses a whole file if it cannot find one of its students, and gives a grade to the student of
the line before where an identifier is empty. So only who is in the roster, with an identifier, is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from .errors import UsageError
from .export_rows import Book, Entry, GradedItem
from .export_table import (
    FIRST_NAMES,
    LAST_NAMES,
    Found,
    Options,
    Table,
    find,
    shown,
    with_score,
)
from .roster import Roster, Row, listed
from .spreadsheet import Cell, number, safe
from .words import counted

#: What Moodle can find a student by.
_KEYS = ("Username", "ID number", "Email address")
_KNOWN = frozenset(name.casefold() for name in _KEYS)
#: Above this Moodle refuses a whole file, unless it was set up otherwise.
_MOST = 100.0


def moodle_table(book: Book, options: Options) -> Table:
    """One assignment, as Moodle's grade import wants it."""
    (work,) = book.works
    title = options.column or f"Assignment: {work.name}"
    titles = [title, f"{title} (feedback)"] if options.feedback else [title]
    if options.roster is None:
        found = _without_roster(book, options.key)
        header = [found.key]
    else:
        header, found = _moodlefind(book, options.roster, options.key)
    rows: list[Sequence[Cell]] = [[*header, *titles]]
    notes, attention = list(found.notes), found.attention
    high = [entry for _, entry in found.rows if (entry.score or 0.0) > _MOST]
    if high:
        attention = True
        notes.append(
            f"{counted(len(high), 'student')} above {_MOST:g} points: Moodle refuses the whole file "
            "unless its administrator allows that (Grades, General settings, unlimited grades)."
        )
    for row, entry in found.rows:
        told = [_feedback(entry)] if options.feedback else []
        rows.append([*row.cells, entry.score, *told])
    return Table(tuple(rows), len(found.rows), tuple(notes), attention)


def _moodlefind(book: Book, roster: Roster, key: str) -> tuple[list[str], Found]:
    """The columns that say who a student is, and the students."""
    found = find(book, roster, roster.students, key, _KEYS, roster.header)
    titles = [title.casefold() for title in roster.header]
    known = [place for place, title in enumerate(titles) if title in _KNOWN]
    own = roster.column(found.key)
    identifier = own if own in known or not known else known[0]
    people = {*FIRST_NAMES, *LAST_NAMES}
    places = [
        place
        for place, title in enumerate(titles)
        if title in people or place in (*known, identifier)
    ]
    good: list[tuple[Row, Entry]] = []
    bad: list[str] = []
    for row, entry in found.rows:
        value = row.cells[identifier]
        if value in ("", "0") or safe(value) != value:
            bad.append(entry.person.id)
            continue
        good.append((Row(row.line, tuple(row.cells[place] for place in places)), entry))
    notes = list(found.notes)
    if bad:
        notes.append(_unfit(bad, roster.header[identifier]))
    header = [roster.header[place] for place in places]
    return header, Found(tuple(good), tuple(notes), found.attention or bool(bad), found.key)


def _without_roster(book: Book, key: str) -> Found:
    """nbgrader's own ids, where they are what Moodle calls the students, too."""
    if not key:
        raise UsageError(
            "Cannot export for Moodle: its own names of the students are needed. Give the file "
            "of Moodle's participants or grades with --roster, or, if nbgrader's ids are Moodle's user "
            "names, --key Username ('ID number' and 'Email address' likewise)."
        )
    name = next((name for name in _KEYS if name.casefold() == key.casefold()), None)
    if name is None:
        raise UsageError(
            f"Cannot export for Moodle by {key!r}: it can find students by {listed(_KEYS)}. Name "
            "one of these with --key, or give a roster with --roster."
        )
    scored = with_score(book).values()
    wanted = [(entry.person.lms_user_id or entry.person.id, entry) for entry in scored]
    bad = [entry.person.id for value, entry in wanted if value == "0" or safe(value) != value]
    rows = tuple((Row(0, (value,)), entry) for value, entry in wanted if entry.person.id not in bad)
    return Found(rows, (_unfit(bad, name),) if bad else (), bool(bad), name)


def _feedback(entry: Entry) -> str:
    """Points and what persons wrote, in lines."""
    points = entry.points or {}
    lines = [_points_line(item, points.get(item.id)) for item in entry.work.items]
    if entry.penalty:
        lines.append(f"taken off for lateness: {number(entry.penalty)}")
    return "\n".join([*lines, *entry.comments])


def _points_line(item: GradedItem, points: float | None) -> str:
    given = "not graded yet" if points is None else f"{number(points)} of {number(item.max_score)}"
    return f"{item.grade_id}: {given}"


def _unfit(students: Sequence[str], column: str) -> str:
    return (
        f"{counted(len(students), 'student')} left out, whose {column!r} is empty, 0, or begins like a "
        f"spreadsheet's formula: {shown(students)}. Enter their grades by hand."
    )
