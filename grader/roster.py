"""A roster: a CSV file that says who the students are, in the words of a learning-management system.

It may be an export of the system or a list of one's own: with a header; separated by commas,
semicolons or tabs, with or without Excel's `sep=` before the header; in UTF-8, with or without a
byte-order mark, or in UTF-16 with one.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import UsageError

_SEPARATORS = ",;\t"
#: The columns by which Canvas's own gradebook is known: the first, and others of those on a student.
_CANVAS_FIRST = ("Student", "LastName")
_CANVAS_ID, CANVAS_LAST = "ID", "Section"
#: A line of Excel's before the header, which says what separates cells.
_SAID = re.compile(r'"?sep=(?P<separator>.?)"?', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
#: How files begin that people take for CSV files, and what to say.
_OTHERS = {
    b"PK\x03\x04": "it is a spreadsheet or an archive. Open it and save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "it is an old Excel file. Open it and save it as CSV (UTF-8)",
    b"SQLite format 3\0": "it is a database. Name the CSV file that the system gave you",
    b"<": "it is a web page. Log in to the system, and download the file again",
}
#: Bytes. A roster of 100,000 students has a tenth of it.
_LARGEST = 100_000_000
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

    @property
    def students(self) -> tuple[Row, ...]:
        """The rows of students: beside them Canvas's gradebook has lines on the columns themselves."""
        if not self.is_canvas:
            return self.rows
        number = self.column(_CANVAS_ID)
        return tuple(row for row in self.rows if row.cells[number])

    @property
    def is_canvas(self) -> bool:
        """Whether it is Canvas's own gradebook, by its columns."""
        return self.header[0] in _CANVAS_FIRST and {_CANVAS_ID, CANVAS_LAST} <= set(self.header)

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Where the columns of each name stand."""
        places: dict[str, list[int]] = {}
        for place, title in enumerate(self.header):
            places.setdefault(folded(title), []).append(place)
        return places

    def column(self, name: str) -> int:
        """The place of a column; capitals do not matter.

        Raises:
            UsageError: there is none of that name, or there are several.
        """
        wanted = folded(name)
        found = self._places.get(wanted, ())
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"Cannot use roster {self.path}: it has {len(found)} columns {name!r} "
                f"({listed([self.header[place] for place in found])}: capitals do not matter). Rename "
                "all but one."
            )
        titles = {folded(title): title for title in self.header}
        near = difflib.get_close_matches(wanted, titles, n=1, cutoff=0.5)
        meant = f" Did you mean {titles[near[0]]!r}?" if near else ""
        raise UsageError(
            f"Cannot use roster {self.path}: it has no column {name!r}.{meant} "
            f"There are: {listed(self.header)}."
        )

    def twice(self, name: str) -> bool:
        """Whether there are several columns of that name."""
        return len(self._places.get(folded(name), ())) > 1

    def has(self, name: str) -> bool:
        """Whether there is one column of that name, and one only."""
        return len(self._places.get(folded(name), ())) == 1

    def value(self, row: Row, names: Iterable[str]) -> str:
        """What stands in the first of these columns that is there; empty if none is."""
        for name in names:
            if self.has(name):
                return row.cells[self.column(name)]
        return ""


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        UsageError: it is no CSV file with a header and at least one row, in an encoding that we know.
    """
    text = _text(path)
    first, *rest = _LINE_END.split(text, maxsplit=1)
    said = _SAID.fullmatch(first)
    if said:
        rows = list(_rows(path, "".join(rest), _said_separator(path, said["separator"]), begins=2))
    else:
        rows = list(_rows(path, text, _separator(text)))
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
        if path.exists() and not path.is_file():
            raise UsageError(
                f"Cannot read roster {path}: it is no file. Name a CSV file with --roster."
            )
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"Cannot read roster {path}: {error.strerror}. Name a CSV file with --roster."
        ) from error
    if len(content) > _LARGEST:
        raise UsageError(
            f"Cannot read roster {path}: it is larger than {_LARGEST // 10**6} MB, so it is no list of a "
            "class. Name the right file."
        )
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


def _said_separator(path: Path, separator: str) -> str:
    if separator and separator in _SEPARATORS:
        return separator
    raise UsageError(
        f"Cannot read roster {path}: its first line says that {separator!r} separates its cells. Save "
        "it with commas, semicolons or tabs."
    )


def _rows(path: Path, text: str, separator: str, begins: int = 1) -> Iterator[Row]:
    """The rows that are not blank, each with the line at which it begins; the first one is `begins`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = begins
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(begins, tuple(cells))
            begins = reader.line_num + before
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


def listed(names: Sequence[str]) -> str:
    """Names in one line; the last of many are counted only."""
    shown = ", ".join(map(repr, names[:_LISTED]))
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def folded(text: str) -> str:
    """An id or a title without what does not matter: capitals, and how accents are stored."""
    return unicodedata.normalize("NFC", text.strip()).casefold()
