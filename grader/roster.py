"""A roster: a CSV file that says who the students are, in the words of a learning-management system.

It may be an export of the system or a list of one's own: with a header; separated by commas,
semicolons or tabs; in UTF-8, with or without a byte-order mark, or in UTF-16 with one.
"""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import UsageError

_SEPARATORS = ",;\t"
#: How files begin that people take for CSV files, and what to say.
_OTHERS = {
    b"PK\x03\x04": "it is a spreadsheet or an archive. Open it and save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "it is an old Excel file. Open it and save it as CSV (UTF-8)",
    b"<": "it is a web page. Log in to the system, and download the file again",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: Names of columns, or lines, that a message lists at most.
_LISTED = 12


@dataclass(frozen=True)
class Row:
    """One line of a roster, as long as the header."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """A roster as it was read."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Where the columns of each name stand."""
        places: dict[str, list[int]] = {}
        for place, title in enumerate(self.header):
            places.setdefault(_folded(title), []).append(place)
        return places

    def column(self, name: str) -> int:
        """The place of a column; capitals do not matter.

        Raises:
            UsageError: there is none of that name, or there are several.
        """
        wanted = _folded(name)
        found = self._places.get(wanted, ())
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"Cannot use roster {self.path}: it has {len(found)} columns {name!r}. Rename all but one."
            )
        titles = {_folded(title): title for title in self.header}
        near = difflib.get_close_matches(wanted, titles, n=1, cutoff=0.5)
        meant = f" Did you mean {titles[near[0]]!r}?" if near else ""
        raise UsageError(
            f"Cannot use roster {self.path}: it has no column {name!r}.{meant} "
            f"There are: {listed(self.header)}."
        )

    def has(self, name: str) -> bool:
        """Whether there is one column of that name, and one only."""
        return len(self._places.get(_folded(name), ())) == 1

    def value(self, row: Row, names: Iterable[str]) -> str:
        """What stands in the first of these columns that is there; empty if none is."""
        for name in names:
            if self.has(name):
                return row.cells[self.column(name)]
        return ""


class Index:
    """The rows of a roster by what stands in one column."""

    def __init__(self, roster: Roster, name: str, rows: Iterable[Row]) -> None:
        """Look up `rows` of a roster by the column `name`.

        Raises:
            UsageError: there is no such column, or one id stands in two rows.
        """
        place = roster.column(name)
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
            key = _folded(value)
            self._folded[key] = None if key in self._folded else row

    def find(self, student: str) -> Row | None:
        """The row of a student: the very id, or the only one that differs in capitals alone."""
        return self._rows.get(student) or self._folded.get(_folded(student))


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        UsageError: it is no CSV file with a header and at least one row, in an encoding that we know.
    """
    text = _text(path)
    separator = _separator(text)
    rows = list(_rows(path, text, separator))
    if not rows:
        raise UsageError(f"Cannot read roster {path}: it is empty. Download it again.")
    header = tuple(cell.strip() for cell in rows[0].cells)
    if len(rows) == 1:
        raise UsageError(
            f"Cannot use roster {path}: it has a header and no students. Download it again."
        )
    return Roster(path, header, tuple(_fitted(path, row, len(header)) for row in rows[1:]))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"Cannot read roster {path}: {error.strerror}. Name a CSV file with --roster."
        ) from error
    for beginning, what in _OTHERS.items():
        if content.lstrip().startswith(beginning):
            raise UsageError(f"Cannot read roster {path}: {what}.")
    wide = content.startswith(_UTF16)
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"Cannot read roster {path}: line {line} is not {'UTF-16' if wide else 'UTF-8'}. Save it "
            "as CSV in UTF-8."
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageError(
            f"Cannot read roster {path}: line {line} holds a zero byte, so it is no CSV file. "
            "Save it as CSV in UTF-8."
        )
    return text


def _separator(text: str) -> str:
    """The separator that makes most columns of the header."""
    first = next(iter(text.splitlines()), "")
    return max(_SEPARATORS, key=lambda char: len(next(csv.reader([first], delimiter=char), [])))


def _rows(path: Path, text: str, separator: str) -> Iterator[Row]:
    """The rows that are not blank, each with the line at which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(begins, tuple(cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            f"Cannot read roster {path}: line {begins} is not CSV ({error}). Mend its quotes, or save "
            "the file anew as CSV."
        ) from error


def _fitted(path: Path, row: Row, length: int) -> Row:
    if any(cell.strip() for cell in row.cells[length:]):
        raise UsageError(
            f"Cannot read roster {path}: line {row.line} has {len(row.cells)} cells, and the header has "
            f"{length}. Put a cell with a separator in it between double quotes."
        )
    cells = (cell.strip() for cell in row.cells[:length])
    return Row(row.line, (*cells, *[""] * (length - len(row.cells))))


def choose_index(
    roster: Roster,
    rows: Sequence[Row],
    students: Collection[str],
    key: str,
    preferred: Sequence[str],
    others: Sequence[str] = (),
) -> Index:
    """The column in which nbgrader's students stand, as an index.

    Args:
        key: the column that was named; empty to take the one in which most students are found.
        preferred, others: the columns to look in, those first that win if it is even.

    Raises:
        UsageError: there is no such column, none has any of the students, or an id stands twice.
    """
    if key:
        return Index(roster, key, rows)
    names = [name for name in dict.fromkeys((*preferred, *others)) if roster.has(name)]
    found = {name: _hits(roster, rows, name, students) for name in names}
    best = max(names, key=lambda name: found[name], default="")
    if not best or not found[best]:
        raise UsageError(
            f"Cannot use roster {roster.path}: none of the {len(students)} students to export, such as "
            f"{next(iter(students), '')!r}, stands in "
            f"{'any of ' + listed(names) if names else 'a column that can be used'}. Name the column "
            f"with nbgrader's ids with --key. There are: {listed(roster.header)}."
        )
    return Index(roster, best, rows)


def _hits(roster: Roster, rows: Iterable[Row], name: str, students: Collection[str]) -> int:
    place = roster.column(name)
    values = {_folded(row.cells[place]) for row in rows}
    return sum(_folded(student) in values for student in students)


def matched(index: Index, students: Mapping[str, str]) -> dict[str, Row]:
    """The roster's row of each student that has one.

    Args:
        students: nbgrader's ids, and what to look for.

    Raises:
        UsageError: two of them have the same row.
    """
    rows: dict[str, Row] = {}
    owners: dict[int, str] = {}
    for student, wanted in students.items():
        row = index.find(wanted)
        if row is None:
            continue
        if row.line in owners:
            raise UsageError(
                f"Cannot tell {owners[row.line]!r} from {student!r}: both are line {row.line} of the "
                "roster. Leave one out with --student, or name another column with --key."
            )
        owners[row.line] = student
        rows[student] = row
    return rows


def listed(names: Sequence[str]) -> str:
    """Names in one line; the last of many are counted only."""
    shown = ", ".join(map(repr, names[:_LISTED]))
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()
