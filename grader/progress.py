"""A progress bar on stderr for whatever takes more than a moment; silent where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

from .terminal import tell, terminal_of

T = TypeVar("T")

#: Said before the imports that take seconds.
LOADING = "Loading nbgrader and the gradebook ..."

#: Seconds between two updates of the line.
_INTERVAL = 0.1


class Progress:
    """One line that overwrites itself: label, bar, count, rate, time left, and a note.

    On something that is not a terminal it prints nothing but a closing line. What is done in less than
    `patience` seconds is not worth a line at all, nor is nothing to do.
    """

    def __init__(
        self, label: str, total: int, stream: TextIO | None = None, patience: float = 0.0
    ) -> None:
        self._label = label
        self._patience = patience
        self._total = total
        self._done = 0
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty() and total > 0
        self._start = time.monotonic()
        self._shown = 0.0
        if self._live and not patience:
            self._draw(0.0, "")

    def advance(self, note: str = "") -> None:
        """One more is done; `note` is shown at the end of the line."""
        self._done += 1
        now = time.monotonic()
        if now - self._start < self._patience:
            return
        if self._live and (now - self._shown > _INTERVAL or self._done == self._total):
            self._shown = now
            self._draw(now - self._start, note)

    def close(self, outcome: str = "") -> None:
        """End the line, and say how long it took.

        Args:
            outcome: what was done, if more is to be said than how many of how many.
        """
        elapsed = time.monotonic() - self._start
        if elapsed < self._patience or not self._total:
            return
        done = outcome or f"{self._done} of {self._total}"
        line = f"{self._label}: {done} in {elapsed:.1f} s"
        if self._live:
            self._stream.write("\r\x1b[2K")
        tell(line, self._stream)

    def _draw(self, elapsed: float, note: str) -> None:
        width = (terminal_of(self._stream).columns or 80) - 1
        tail = f" {self._done}/{self._total}"
        if self._done:
            rate = self._done / max(elapsed, 1e-9)
            left = (self._total - self._done) / rate
            tail += f"  {rate:.1f}/s  {left:.0f} s left  {note}"
        room = max(0, min(30, width - len(self._label) - len(tail) - 3))
        filled = round(room * self._done / max(1, self._total))
        bar = f" [{'#' * filled}{'.' * (room - filled)}]" if room else ""
        self._stream.write("\r\x1b[2K" + (self._label + bar + tail)[:width])
        self._stream.flush()


def say(text: str) -> None:
    """A message on stderr, in place of a bar that stands there; the bar comes back below it."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    tell(text, sys.stderr)


def track(items: Iterable[T], label: str, total: int, patience: float = 0.0) -> Iterator[T]:
    """The items, with a progress bar that advances after each."""
    bar = Progress(label, total, patience=patience)
    try:
        for item in items:
            yield item
            bar.advance()
    finally:
        bar.close()
