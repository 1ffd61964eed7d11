"""Texts and values as lines of a bounded width and number, harmless to a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice

import numpy as np

from testcases.core.protocol import Opaque, Plain

from .replay_data import leaves
from .terminal import printable

#: Columns of a text that goes into a file, and the most of one on a terminal.
WIDTH = 100
_width = ContextVar("_width", default=WIDTH)
#: An array of more values is shown by its form and its first values.
_WHOLE = 24
_FIRST = 6
#: Of one value, at most so many places are shown; of a text, at most so many characters.
MOST_PLACES = 40
_MOST_CHARACTERS = 300
#: A line of a text is set in by so many blanks at most.
_DEEPEST = 20
#: A line of a judge's message that begins with a mark goes on below its first word.
_MARKED = re.compile(r"[✔◐✘→] ")
#: However narrow the terminal, so many columns are left for a text.
_LEAST_ROOM = 16


@contextmanager
def fitted(columns: int | None) -> Iterator[None]:
    """Within this, lines fit a terminal of so many columns; None for a text that goes into a file."""
    before = _width.set(min(WIDTH, columns or WIDTH))
    try:
        yield
    finally:
        _width.reset(before)


def filled(text: str, margin: str, below: str | None = None) -> Iterator[str]:
    """A text that may have line breaks, made harmless, within the width.

    Behind a margin; behind `below`, if given, from the second line on.
    """
    for line in text.split("\n"):
        inner = " " * min(len(line) - len(line.lstrip(" ")), _DEEPEST)
        room = max(_LEAST_ROOM, _width.get() - len(margin) - len(inner) - 2)
        pieces = textwrap.wrap(printable(line.strip(" ")), room, break_on_hyphens=False)
        hanging = "  " if _MARKED.match(line.strip(" ")) else ""
        for number, piece in enumerate(pieces or [""]):
            yield f"{margin}{inner}{hanging if number else ''}{piece}".rstrip()
            margin = margin if below is None else below


def value_lines(value: Plain, name: str, margin: str) -> Iterator[str]:
    """A value, place by place; `margin` may end in a mark, which stands before the first line only."""
    blank = " " * len(margin)
    room = max(_LEAST_ROOM, _width.get() - len(blank) - 2)
    places = list(islice(leaves(value, name), MOST_PLACES + 1))
    for place, leaf in places[:MOST_PLACES]:
        if isinstance(leaf, np.ndarray) and leaf.ndim:
            form = f"{leaf.dtype} {'×'.join(map(str, leaf.shape))}"
            part = "" if leaf.size <= _WHOLE else f", the first {_FIRST} values"
            yield from filled(cut(f"{place}  {form}{part}"), margin, blank)
            yield from (f"{blank}  {line}" for line in array_lines(leaf, room))
        else:
            yield from filled(cut(f"{place} = {_single(leaf)}"), margin, blank)
        margin = blank
    if len(places) > MOST_PLACES:
        yield f"{blank}... and more"


def array_lines(array: np.ndarray, width: int) -> list[str]:
    shown = array if array.size <= _WHOLE else array.ravel()[:_FIRST]
    finite = np.abs(shown[np.isfinite(shown) & (shown != 0)]) if shown.dtype.kind == "f" else shown
    # Numbers that are all of a readable size stand without exponents, and none is shown as 0 that is not.
    suppress = finite.dtype.kind != "f" or not finite.size or bool(finite.min() > 1e-5)
    text = np.array2string(
        shown, max_line_width=width, precision=8, suppress_small=suppress, threshold=_WHOLE + 1
    )
    return text.split("\n")


def _single(value: Plain) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.item()!r} ({value.dtype})"
    if isinstance(value, Opaque):
        return f"<{value.kind}>"
    if type(value) is int and value.bit_length() > 200:  # Python refuses to write very long ones
        return f"an integer of {value.bit_length()} bits"
    return repr(value[:_MOST_CHARACTERS]) if isinstance(value, str) else repr(value)


def cut(text: str) -> str:
    """The beginning of a text, harmless, in one line."""
    short = printable(text[:_MOST_CHARACTERS])
    return short if len(text) <= _MOST_CHARACTERS else f"{short} …"
