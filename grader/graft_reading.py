"""Reading what a student handed in as a notebook, believing nothing about it.

The only thing done to the bytes is to parse them as JSON; nothing is executed or unpickled. What
comes out are texts, and a few names that are compared and never used. Whatever is of the wrong kind
is left out and noted; only a file in which no notebook can be seen at all is refused.

Of several equal keys in a JSON object the last one counts, as in Jupyter. Outputs are never read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import GraderError
from .graft_notes import Notes

#: Most values that a notebook's JSON may have, counted by its commas and brackets. One value can take
#: sixty bytes of memory for the two it has in the file; an honest notebook has some ten thousand.
MAX_VALUES = 2_000_000
#: Longest text of a cell, in characters. Pictures pasted into a text as base64 come to about one million.
MAX_CELL_CHARACTERS = 2_000_000
#: Most cells that are looked at, and most characters in all of them.
MAX_CELLS = 2_000
MAX_CHARACTERS = 10_000_000
#: Most characters of attached pictures, in all (base64).
MAX_PICTURE_CHARACTERS = 5_000_000

#: Pictures only; SVG can carry scripts.
_PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: Works on code with syntax errors too, which `ast` does not.
_DEFINITION = re.compile(r"^(?:async[ \t]+)?def[ \t]+([^\W\d]\w*)[ \t]*[(\[]", re.MULTILINE)
_AGAIN = "Save the notebook in Jupyter and hand it in again."


class UnreadableError(GraderError):
    """Nothing that was handed in can be read as the assignment's notebook."""


@dataclass(frozen=True)
class StudentCell:
    """One cell of a submitted notebook."""

    #: Its place in the submitted notebook, from 1.
    number: int
    cell_type: str
    text: str
    cell_id: str | None = None
    grade_id: str | None = None
    tags: tuple[str, ...] = ()
    #: nbgrader's settings as the student's file has them. To be compared, never to be used.
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: Attached pictures, checked.
    pictures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The functions that its text defines at the top level.
    defines: frozenset[str] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.text.strip() and not self.pictures


@dataclass(frozen=True)
class StudentNotebook:
    """A submitted notebook, as far as it can be used."""

    cells: tuple[StudentCell, ...]
    #: Name of the kernel it asks for, if it names one.
    kernel: str | None


def read_submitted(content: bytes, name: str, notes: Notes, max_bytes: int) -> StudentNotebook:
    """The cells of a submitted notebook.

    Raises:
        UnreadableError: it is empty, cut off, too large, or no notebook.
    """
    notebook = _parse(content, name, notes, max_bytes)
    if not isinstance(notebook, dict):
        raise UnreadableError(f"Cannot read {name}: it is JSON, but no notebook. {_AGAIN}")
    raw = _raw_cells(notebook, name, notes)
    cells = tuple(_cells(raw, notes))
    if raw and not cells:
        raise UnreadableError(f"Cannot read {name}: nothing in it is a cell. {_AGAIN}")
    kernel = _dig(notebook, "metadata", "kernelspec", "name")
    return StudentNotebook(cells, kernel if isinstance(kernel, str) else None)


def _parse(content: bytes, name: str, notes: Notes, max_bytes: int) -> Any:
    if len(content) > max_bytes:
        raise UnreadableError(
            f"Cannot read {name}: it is larger than {max_bytes / 1e6:g} MB. "
            f"Clear its outputs (Kernel, Restart and Clear Outputs) and hand it in again."
        )
    if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise UnreadableError(
            f"Cannot read {name}: it holds more than {MAX_VALUES:,} values. "
            f"Clear its outputs (Kernel, Restart and Clear Outputs) and hand it in again."
        )
    text = _decode(content, notes)
    if not text.strip("\0 \t\r\n"):
        raise UnreadableError(f"Cannot read {name}: it is empty. {_AGAIN}")
    try:
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # a number with thousands of digits; no number matters here
            return json.loads(text, parse_int=_short_integer)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        cause = "it was cut off" if cut else f"it is damaged ({error.msg})"
        raise UnreadableError(
            f"Cannot read {name}: {cause} at line {error.lineno}. {_AGAIN}"
        ) from error
    except RecursionError as error:
        raise UnreadableError(f"Cannot read {name}: it is nested too deeply. {_AGAIN}") from error


def _short_integer(digits: str) -> int:
    return int(digits) if len(digits) < 20 else 0


def _decode(content: bytes, notes: Notes) -> str:
    """The text of a file: UTF-8, 16 or 32 with or without a byte order mark, or else Latin-1."""
    encoding: str = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", content.decode("latin-1")
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.say(f"The notebook was saved as {encoding.upper()} instead of UTF-8; it was read so.")
    return text.lstrip("\ufeff")


def _raw_cells(notebook: Mapping[str, Any], name: str, notes: Notes) -> list[Any]:
    """The cells as they are in the file, from format 4 or from the worksheets of format 3."""
    version = notebook.get("nbformat")
    if isinstance(version, int) and not isinstance(version, bool) and version not in (3, 4):
        age = "newer" if version > 4 else "older"
        raise UnreadableError(
            f"Cannot read {name}: its format is {str(version)[:20]}, which is {age} than formats 3 "
            f"and 4. {_AGAIN}"
        )
    cells = notebook.get("cells")
    if isinstance(cells, list):
        if version != 4:
            notes.say("The notebook gave a wrong format number; it was read as format 4.")
        return cells
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        notes.say("The notebook was saved in the old format 3; it was converted.")
        lists = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
        return [cell for sheet in lists if isinstance(sheet, list) for cell in sheet]
    raise UnreadableError(f"Cannot read {name}: it has no list of cells. {_AGAIN}")


def _cells(raw: list[Any], notes: Notes) -> Iterator[StudentCell]:
    characters, pictures = MAX_CHARACTERS, MAX_PICTURE_CHARACTERS
    for number, cell in enumerate(raw, start=1):
        if number > MAX_CELLS:
            left = len(raw) - MAX_CELLS
            notes.say(
                f"The notebook has more than {MAX_CELLS:,} cells; the last {left:,} were cut."
            )
            return
        if not isinstance(cell, dict):
            notes.add("submitted cell", number, "no cell")
            continue
        read = _cell(cell, number, characters, pictures, notes)
        characters -= len(read.text)
        pictures -= sum(len(data) for types in read.pictures.values() for data in types.values())
        yield read


def _cell(
    cell: Mapping[str, Any], number: int, characters: int, pictures: int, notes: Notes
) -> StudentCell:
    text = _text(cell.get("source", cell.get("input")), number, notes)
    if len(text) > min(MAX_CELL_CHARACTERS, characters):
        notes.add("submitted cell", number, "too long")
        text = ""
    kind = cell.get("cell_type")
    if kind == "heading":  # of format 3
        level = cell.get("level")
        depth = level if isinstance(level, int) and 1 <= level <= 6 else 1
        kind, text = "markdown", f"{'#' * depth} {text}"
    elif kind == "html":
        kind = "markdown"
    elif kind not in ("code", "markdown", "raw"):
        notes.add("submitted cell", number, "odd type")
        kind = "raw"
    settings = _dig(cell, "metadata", "nbgrader")
    tags = _dig(cell, "metadata", "tags")
    return StudentCell(
        number,
        kind,
        text,
        cell_id=_string(cell.get("id")),
        grade_id=_string(_dig(settings, "grade_id")),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        settings=settings if isinstance(settings, dict) else {},
        pictures=_pictures(cell.get("attachments"), number, pictures, notes),
        defines=frozenset(_DEFINITION.findall(text) if "def" in text else ()),
    )


def _text(source: Any, number: int, notes: Notes) -> str:
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        whole = len(lines) == len(source)
        text = "".join(lines)
    else:
        whole = isinstance(source, str)
        text = source if isinstance(source, str) else ""
    if not whole:
        notes.add("submitted cell", number, "no text")
    if not text.isascii() and (clean := writable(text)) != text:
        notes.add("submitted cell", number, "odd text")
        text = clean
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def writable(text: str) -> str:
    """A text without what cannot be written to a file: JSON may hold halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pictures(value: Any, number: int, budget: int, notes: Notes) -> dict[str, dict[str, str]]:
    """The attachments that are pictures, in the one form that is known to be harmless."""
    kept: dict[str, dict[str, str]] = {}
    if not value:
        return kept
    for name, types in value.items() if isinstance(value, dict) else ():
        for kind in _PICTURE_TYPES:
            data = types.get(kind) if isinstance(types, dict) else None
            if isinstance(data, str) and len(data) <= budget and _BASE64.fullmatch(data):
                kept.setdefault(writable(name), {})[kind] = data
                budget -= len(data)
    if not isinstance(value, dict) or len(kept) < len(value):
        notes.add("submitted cell", number, "pictures")
    return kept


def _dig(value: Any, *keys: str) -> Any:
    """What lies under these keys, one inside the other; None if anything is not as it should be."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
