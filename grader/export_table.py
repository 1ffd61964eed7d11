"""What all forms of export share: what was asked for, what comes out, and who is in the roster.

A learning-management system finds a student by an identifier, and takes an empty grade for "no grade":
it would erase the one that it holds. So students without a score are left out there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .errors import GraderError
from .export_rows import Book, Entry
from .roster import Roster, Row
from .roster_index import Index, choose_index, matched
from .spreadsheet import Cell
from .terminal import printable
from .words import counted

#: What rosters call these things.
LAST_NAMES = ("last_name", "last name", "surname", "lastname", "family name")
FIRST_NAMES = ("first_name", "first name", "firstname", "given name")
EMAILS = ("email", "email address", "e-mail", "e-mail address", "mail")
#: Students that a note lists at most.
_LISTED = 20


@dataclass(frozen=True)
class Options:
    """What was asked for beside the assignment."""

    roster: Roster | None = None
    #: The roster's column in which nbgrader's ids stand.
    key: str = ""
    #: What the assignment's column is called in the system.
    column: str = ""
    #: With a column of comments.
    feedback: bool = False


@dataclass(frozen=True)
class Table:
    """What is to be written, and what is to be said about it."""

    rows: tuple[Sequence[Cell], ...]
    #: Students who are in it with a score.
    scores: int
    notes: tuple[str, ...] = ()
    #: Whether a person must look at one of the notes.
    attention: bool = False


@dataclass(frozen=True)
class Found:
    """The students of a roster who have a score, with what there is to say about the others."""

    rows: tuple[tuple[Row, Entry], ...]
    notes: tuple[str, ...]
    attention: bool
    #: The column in which nbgrader's ids were found.
    key: str


def with_score(book: Book) -> dict[str, Entry]:
    """The entries that have a score, by student.

    Raises:
        GraderError: there is none.
    """
    scored = {entry.person.id: entry for entry in book.entries if entry.score is not None}
    if not scored:
        name = book.works[0].name
        raise GraderError(
            f"Cannot export {name!r}: nobody has a score yet. Run: grader grade {name}"
        )
    return scored


def find(
    book: Book,
    roster: Roster,
    rows: Sequence[Row],
    key: str,
    preferred: Sequence[str],
    others: Sequence[str] = (),
) -> Found:
    """The roster's rows of the students who have a score; the arguments are those of `choose_index`."""
    scored = with_score(book)
    ids = {student: entry.person.lms_user_id or student for student, entry in scored.items()}
    index = choose_index(roster, rows, ids.values(), key, preferred, others, book.known)
    row_of = matched(index, ids, book.known)
    absent = sorted(ids.keys() - row_of.keys())
    notes = missing(absent, index)
    left = len(rows) - len(row_of)
    if left:
        notes.append(
            f"{counted(left, 'student')} of the roster left out, without a score or not asked for: an empty grade would "
            "erase one that is there."
        )
    # In the roster's order, as the system shows it.
    pairs = sorted(
        ((row, scored[student]) for student, row in row_of.items()), key=lambda pair: pair[0].line
    )
    return Found(tuple(pairs), tuple(notes), bool(absent), index.name)


def missing(students: Sequence[str], index: Index) -> list[str]:
    """Notes on students who are not in a roster, if there are any; and on whom they are not."""
    if not students:
        return []
    notes = [
        f"{counted(len(students), 'student')} not in the roster's column {index.name!r}: {shown(students)}."
    ]
    alike = [(name, row) for name in students if (row := index.find(name)) is not None]
    notes += [
        f"Line {row.line} of the roster has {index.value(row)!a}, which is another student than {name!a}."
        for name, row in alike[:_LISTED]
        if index.value(row) != name
    ]
    return notes


def shown(students: Sequence[str]) -> str:
    """Students by name, as they may be printed; the last of many are counted only."""
    names = ", ".join(map(printable, students[:_LISTED]))
    more = len(students) - _LISTED
    return names if more <= 0 else f"{names} and {more} more"
