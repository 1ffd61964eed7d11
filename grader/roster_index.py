"""Whose line of a roster is whose: the column with nbgrader's ids, and the row of each student.

Systems write an id in small letters that is written in capitals elsewhere, and store accents in other
ways. So capitals and accents do not matter, unless students differ in nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from .errors import UsageError
from .roster import Roster, Row, folded, listed


class Index:
    """The rows of a roster by what stands in one column."""

    def __init__(self, roster: Roster, name: str, rows: Iterable[Row]) -> None:
        """Look up `rows` of a roster by the column `name`.

        Raises:
            UsageError: there is no such column, or one id stands in two rows.
        """
        place = self._place = roster.column(name)
        #: The column's name, as it stands in the roster.
        self.name = roster.header[place]
        self._rows: dict[str, Row] = {}
        #: Rows without an id.
        self.empty: list[Row] = []
        for row in rows:
            value = row.cells[place]
            if not value:
                self.empty.append(row)
            elif (other := self._rows.setdefault(value, row)) is not row:
                raise UsageError(
                    f"Cannot use roster {roster.path}: {value!r} stands twice in the column "
                    f"{self.name!r}, in lines {other.line} and {row.line}. Keep the right one, or "
                    "name another column with --key."
                )
        # A hub may write an id in small letters that is written in capitals elsewhere.
        self._folded: dict[str, Row | None] = {}
        for value, row in self._rows.items():
            key = folded(value)
            self._folded[key] = None if key in self._folded else row

    def find(self, student: str) -> Row | None:
        """The row of a student: the very id, or the only one that differs in capitals alone."""
        return self._rows.get(student) or self._folded.get(folded(student))

    def value(self, row: Row) -> str:
        """The id that stands in a row."""
        return row.cells[self._place]


def choose_index(
    roster: Roster,
    rows: Sequence[Row],
    students: Collection[str],
    key: str,
    preferred: Sequence[str],
    others: Sequence[str] = (),
    known: Collection[str] = (),
) -> Index:
    """The column in which nbgrader's students stand, as an index.

    Args:
        students: whom to look for.
        key: the column that was named; empty to take the one in which most students are found.
        preferred, others: the columns to look in, those first that win if it is even.
        known: ids of all students, also of those whom nobody looks for.

    Raises:
        UsageError: there is no such column, or several of one name; none has any of the students; an id
            stands twice; or the header is a student.
    """
    known = {*known, *students}
    for title in roster.header:
        if title in known:
            raise UsageError(
                f"Cannot use roster {roster.path}: its first line should name the columns, and {title!r} "
                "in it is a student. Put a line with names, such as student_id, above it; if it is the "
                "name of a column, change it."
            )
    if key:
        return Index(roster, key, rows)
    for name in filter(roster.twice, preferred):
        roster.column(name)  # says that there are several
    names = [name for name in dict.fromkeys((*preferred, *others)) if roster.has(name)]
    found = {name: _hits(roster, rows, name, students) for name in names}
    best = max(names, key=lambda name: found[name], default="")
    if not best or not any(found[best]):
        raise UsageError(
            f"Cannot use roster {roster.path}: none of the {len(students)} students to export, such as "
            f"{next(iter(students), '')!r}, stands in "
            f"{'any of ' + listed(names) if names else 'a column that can be used'}. Name the column "
            f"with nbgrader's ids with --key. There are: {listed(roster.header)}."
        )
    return Index(roster, best, rows)


def _hits(
    roster: Roster, rows: Iterable[Row], name: str, students: Collection[str]
) -> tuple[int, int]:
    """How many students a column has, and how many of them by the very id."""
    place = roster.column(name)
    values = {row.cells[place] for row in rows}
    alike = {folded(value) for value in values}
    return (
        sum(folded(student) in alike for student in students),
        sum(student in values for student in students),
    )


def matched(
    index: Index, students: Mapping[str, str], known: Collection[str] = ()
) -> dict[str, Row]:
    """The roster's row of each student that has one.

    Args:
        students: nbgrader's ids, and what to look for.
        known: ids of all students: a row with another student's very id is never taken.

    Raises:
        UsageError: two of them have the same row, or it cannot be told whose it is.
    """
    rows: dict[str, Row] = {}
    owners: dict[int, str] = {}
    alike: dict[str, set[str]] = {}
    taken = {*known, *students.values()}
    for name in taken:
        alike.setdefault(folded(name), set()).add(name)
    for student, wanted in students.items():
        own = {student, wanted}
        row = index.find(wanted)
        if row is None:
            continue
        value = index.value(row)
        if value not in own:  # it differs in capitals or accents
            if value in taken:
                continue
            others = alike[folded(wanted)] - own
            if others:
                one, other = _apart(wanted, min(others))
                raise UsageError(
                    f"Cannot tell {one} from {other}: both could be {value!a} in line "
                    f"{row.line} of the roster. Write the id there as it stands in the gradebook, or name "
                    "another column with --key."
                )
        if row.line in owners:
            one, other = _apart(owners[row.line], student)
            raise UsageError(
                f"Cannot tell {one} from {other}: both are line {row.line} of the "
                "roster. Leave one out with --student, or name another column with --key."
            )
        owners[row.line] = student
        rows[student] = row
    return rows


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two ids, with what makes them two: letters that look alike are written as numbers."""
    alike = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    show = ascii if alike else repr
    return show(one), show(other)
