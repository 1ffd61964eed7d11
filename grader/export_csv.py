"""The plain table: everything that the gradebook holds, one row per assignment and student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from .errors import UsageError
from .export_rows import Book, Entry, Work
from .export_table import EMAILS, FIRST_NAMES, LAST_NAMES, Options, Table, missing
from .roster import Roster, Row
from .roster_index import choose_index, matched
from .spreadsheet import Cell

#: Columns of the plain table that are there for every assignment.
COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
    "needs_manual_grade",
    "status",
)
#: What rosters of one's own call nbgrader's ids.
_KEYS = ("student_id", "student id", "id")
#: Lines of a roster that a message lists at most.
_LISTED = 20


def csv_table(book: Book, options: Options) -> Table:
    """Everything, one row per assignment and student."""
    names: Mapping[str, Row] = {}
    notes: list[str] = []
    if options.roster is not None:
        ids = {person.id: person.id for person in book.people}
        header, roster = options.roster.header, options.roster
        index = choose_index(roster, roster.students, ids, options.key, _KEYS, header, book.known)
        if index.empty and not roster.is_canvas:  # Canvas's own test student has no id
            raise UsageError(
                f"Cannot use roster {roster.path}: there is no {index.name!r} in "
                f"{_lines(index.empty)}. Fill it in, or take the lines out."
            )
        names = matched(index, ids, book.known)
        notes += missing(sorted(ids.keys() - names.keys()), index)
    columns = _item_columns(book.works)
    titles = list(dict.fromkeys(columns.values()))
    header_row = [*COLUMNS, *(cell for title in titles for cell in (title, f"{title} (max)"))]
    rows = [_csv_row(entry, options.roster, names, columns, titles) for entry in book.entries]
    scores = sum(entry.score is not None for entry in book.entries)
    return Table((header_row, *rows), scores, tuple(notes), attention=bool(notes))


def _csv_row(
    entry: Entry,
    roster: Roster | None,
    names: Mapping[str, Row],
    columns: Mapping[str, str],
    titles: Iterable[str],
) -> list[Cell]:
    person, row = entry.person, names.get(entry.person.id)

    def told(columns: Sequence[str], known: str) -> str:
        return (roster.value(row, columns) if roster and row else "") or known

    items: dict[str, tuple[Cell, Cell]] = {
        columns[item.id]: (
            entry.points.get(item.id) if entry.status == "graded" and entry.points else None,
            item.max_score,
        )
        for item in entry.work.items
    }
    return [
        entry.work.name,
        _moment(entry.duedate),
        _moment(entry.timestamp),
        person.id,
        told(LAST_NAMES, person.last_name),
        told(FIRST_NAMES, person.first_name),
        told(EMAILS, person.email),
        entry.raw_score,
        None if entry.raw_score is None else entry.penalty,
        entry.score,
        entry.work.max_score,
        "true" if entry.waits else "false",
        entry.status,
        *(cell for title in titles for cell in items.get(title, (None, None))),
    ]


def _item_columns(works: Iterable[Work]) -> dict[str, str]:
    """The column of each item: its grade_id, with the notebook's name where that is not enough."""
    columns: dict[str, str] = {}
    for work in works:
        ids = [item.grade_id for item in work.items]
        for item in work.items:
            alone = ids.count(item.grade_id) == 1 and item.grade_id not in COLUMNS
            columns[item.id] = item.grade_id if alone else f"{item.notebook}.{item.grade_id}"
    return columns


def _moment(moment: datetime | None) -> Cell:
    return None if moment is None else str(moment)


def _lines(rows: Sequence[Row]) -> str:
    return f"line{'' if len(rows) == 1 else 's'} " + ", ".join(
        str(row.line) for row in rows[:_LISTED]
    )
