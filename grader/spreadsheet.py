"""Cells and lines of a CSV file that a person may open in a spreadsheet.

Threat model: names, ids and comments come from strangers, and an instructor opens the file with a
double click. A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, which may
send data away or start programs. It may also split at another separator than the file was written
with, so that the inside of a text becomes the beginning of a cell. So an apostrophe is put before
whatever could become the beginning of a formula. `plain` takes it away again, and gives back the very
same text. Numbers are never texts here: they are written as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

#: What may stand in a cell: a text, a number, or nothing.
Cell = str | float | None

#: With these a formula begins; the wide ones are turned into narrow ones by some spreadsheets.
_FORMULA = r"[=+\-@＝＋－＠]"
#: What a spreadsheet may pass over before a formula, beside white space: what cannot be seen, quotes.
_UNSEEN = r"\x00-\x08\x0e-\x1f\u200b-\u200f\u2060\ufeff'\""
#: What a spreadsheet may split a text at, if it was told (or guesses) another separator.
_SEPARATOR = r",;|\t\r\n"
#: The beginning of a text that can become a formula, or that hides what it begins with.
_START = re.compile(rf"\A(?=[\s{_UNSEEN}]*+{_FORMULA}|'*+[\t\r\n])")
#: A separator after which a formula would begin. What lies between is no separator, so that nothing
#: is looked at twice: a text of a hundred thousand tabs would take minutes otherwise.
_INSIDE = rf"([{_SEPARATOR}]){{guard}}(?=(?:[^\S\t\r\n]|[{_UNSEEN}])*+{_FORMULA})"
_UNGUARDED, _GUARDED = (re.compile(_INSIDE.format(guard=guard)) for guard in ("", "'"))


def safe(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet could take for a formula."""
    return _START.sub("'", _UNGUARDED.sub(r"\1'", text))


def plain(text: str) -> str:
    """The text that `safe` was given."""
    guarded = text.startswith("'") and _START.match(text[1:]) is not None
    return _GUARDED.sub(r"\1", text[1:] if guarded else text)


def number(value: float) -> str:
    """The shortest decimal that reads back as the same number; never with an exponent."""
    text = format(Decimal(repr(float(value))), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a CSV file, each with its line break; texts made safe and quoted where needed."""
    for row in rows:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow([_written(cell) for cell in row])
        # The writer quotes what holds a character of its own line ending: \r and \n, as we want it.
        # The line itself ends as lines do on this system.
        yield buffer.getvalue().removesuffix("\r\n") + "\n"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else number(cell)
