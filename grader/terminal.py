"""What a stream can show: colours, a width, and characters.

Colours are used on a terminal only, and stand beside a word or a mark, never instead of one. As in
Python itself, `NO_COLOR` (not empty) switches them off, else `FORCE_COLOR` (not empty) switches them
on, else `TERM=dumb` switches them off.

Text is fitted to the width of a terminal. What goes into a file or a pipe is written whole. Where the
stream's encoding lacks a character, plain letters stand for it, so that nothing fails over a tick.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

Colour = Literal["green", "yellow", "red"]

_CODES: dict[Colour, str] = {"green": "32", "yellow": "33", "red": "31"}
#: The colours of `doctor`, `verify` and all that passes or fails.
LEVELS: Mapping[str, Colour] = {"PASS": "green", "CAUTION": "yellow", "FAIL": "red"}
#: A terminal that says it is narrower than this is written to as if it were this wide.
_NARROWEST = 20
#: What stands for a character that the stream's encoding lacks.
_PLAIN = {
    "✔": "+",
    "✘": "X",
    "◐": "~",
    "✎": "w",
    "·": ".",
    "…": "...",
    "→": "->",
    "–": "-",
    "−": "-",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "±": "+-",
    "½": "1/2",
    "²": "^2",
    "ᵀ": "^T",
    "Σ": "sum",
    "λ": "lambda",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
#: A command that is the remedy, at the end of a message.
_COMMAND = re.compile(
    r" (?:(?:Run|See): |(?<=: ))"
    r"(?:grader|nbgrader|ls|lsattr|findmnt|chmod|chown|git|mv|sudo|pip|source) (?:[^.]|\.(?! ))*$"
)
#: Code within a message; what stands for its blanks while lines are broken.
_CODE = re.compile(r"`[^`\n]+`")
_JOINED = "\N{INFORMATION SEPARATOR TWO}"
#: The name under which Python finds `_in_plain_letters`.
_PLAIN_LETTERS = "grader-plain-letters"
#: Ways of streams to treat what they cannot encode that nobody chose: they are what Python begins with.
_UNCHOSEN = frozenset({"strict", "surrogateescape", "backslashreplace"})


@dataclass(frozen=True)
class Terminal:
    """How to write on a stream; see `terminal_of`."""

    #: How wide a line may be; None where nothing is to be fitted.
    columns: int | None = None
    coloured: bool = False
    #: What stands for the middle of a text that is too long.
    ellipsis: str = "…"

    def paint(self, text: str, colour: Colour | None) -> str:
        """The text in a colour, if there are colours."""
        if colour is None or not self.coloured:
            return text
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"

    def shortened(self, text: str, columns: int) -> str:
        """The text without its middle, if it is too long: beginnings and ends tell names apart."""
        if columns_of(text) <= columns:
            return text
        room = max(0, columns - len(self.ellipsis))
        end = _fitting(text[::-1], room // 2)[::-1]
        return _fitting(text, room - columns_of(end)) + self.ellipsis + end

    def filled(self, text: str, first: str, below: str, width: int | None = None) -> list[str]:
        """The text, behind `first`, as lines of the width, the others behind `below`.

        Args:
            text: what to fill in.
            first: stands before the first line; what is in colour there is not to be counted.
            below: stands before the other lines, and is as wide as `first`.
            width: the width, if it is not the terminal's.
        """
        width = width or self.columns
        if width is None:
            return [first + text]
        room = max(_NARROWEST // 2, width - len(below))
        # A long word, such as a path, is left whole: the terminal breaks it without a line break. So is
        # code, to be copied.
        whole = _CODE.sub(lambda code: code[0].replace(" ", _JOINED), text)
        pieces = textwrap.wrap(whole, room, break_on_hyphens=False, break_long_words=False) or [""]
        lines = [first + pieces[0], *(below + piece for piece in pieces[1:])]
        return [line.replace(_JOINED, " ") for line in lines]


#: What suits a file or a pipe: nothing in colour, nothing cut.
PLAIN = Terminal()


def terminal_of(stream: TextIO) -> Terminal:
    """How to write on this stream."""
    encoding = getattr(stream, "encoding", None) or "ascii"
    ellipsis = "…" if _knows(encoding, "…") else _PLAIN["…"]
    if not stream.isatty():
        return Terminal(None, _colours(False), ellipsis)
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):  # it is no terminal that has a size, or COLUMNS is no number
        columns = 80
    return Terminal(max(_NARROWEST, columns or 80), _colours(True), ellipsis)


def tell(text: str, stream: TextIO | None = None, first: str = "", below: str = "") -> None:
    """Write a message, its lines fitted to the stream; a command to run is never broken.

    Args:
        text: the message; it may have line breaks.
        stream: where to; None for stdout.
        first: stands before the first line.
        below: stands before all others.
    """
    stream = sys.stdout if stream is None else stream
    terminal = terminal_of(stream)
    for line in text.split("\n"):
        command = _COMMAND.search(line)
        if command and terminal.columns and columns_of(first + line) > terminal.columns:
            rest = line[: command.start()]
            lines = [*terminal.filled(rest, first, below), below + command[0].lstrip()]
        else:
            lines = terminal.filled(line, first, below)
        print(*lines, sep="\n", file=stream, flush=True)
        first = below


def printable(text: str) -> str:
    """The text with everything escaped that could move a cursor, hide, or not be encoded."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: some characters take two, some none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def padded(text: str, columns: int) -> str:
    """The text, with blanks up to a number of columns."""
    return text + " " * (columns - columns_of(text))


def never_fail_to_encode(*streams: TextIO) -> None:
    """From now on these streams write plain letters for a character that their encoding lacks.

    Not if somebody has chosen another way, as in PYTHONIOENCODING=ascii:replace.
    """
    codecs.register_error(_PLAIN_LETTERS, _in_plain_letters)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper) and stream.errors in _UNCHOSEN:
            stream.reconfigure(errors=_PLAIN_LETTERS)


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    plain = (_PLAIN.get(char) or char.encode("unicode_escape").decode() for char in lacking)
    return "".join(plain), error.end


def _colours(on_terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return on_terminal and os.environ.get("TERM") != "dumb"


def _knows(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _fitting(text: str, columns: int) -> str:
    """The beginning of a text that fits into so many columns."""
    used = 0
    for place, char in enumerate(text):
        used += columns_of(char)
        if used > columns:
            return text[:place]
    return text
