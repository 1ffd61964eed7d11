"""How much a page of feedback holds: so much and no more, whatever a student's cells hold and show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from .sanitise import MAX_TEXT, highlighted

#: What one page shows of code and of outputs, in characters, and of pictures, as long as they are in it.
#: Each piece counts as so many characters more, for what a page puts around it.
_PAGE_TEXT = 400_000
_PAGE_PICTURES = 12_000_000
_PIECE = 50
#: How many lines of code a page has, and how many characters with their colours; then there are none.
_PAGE_LINES = 6_000
_PAGE_COLOURS = 1_500_000
#: How many characters of Markdown and HTML are rendered: it takes longer than anything else on a page.
_PAGE_MARKUP = 60_000
#: How many lines of one cell are shown.
_CELL_LINES = 2_000

#: What stands in the place of something for which there is no room.
LEFT_OUT = "Left out here: this page has no room for more."


@dataclass
class Room:
    """What is left of a page's room. Who asks first gets it: so ask for what was graded first."""

    text: int = _PAGE_TEXT
    pictures: int = _PAGE_PICTURES
    lines: int = _PAGE_LINES
    colours: int = _PAGE_COLOURS
    markup: int = _PAGE_MARKUP

    def for_text(self, text: str) -> str:
        """The text, or a word on its absence."""
        if not text:
            return text
        if len(text) + _PIECE > self.text:
            return LEFT_OUT
        self.text -= len(text) + _PIECE
        return text

    def rendered(self, text: str, render: Callable[[str], Markup]) -> Markup:
        """A text as its markup says; if there is no more time for that, letter by letter."""
        self.markup -= len(text)
        return render(text) if self.markup >= 0 else Markup("<pre>{}</pre>").format(text)

    def for_lines(self, lines: Sequence[str]) -> list[str]:
        """As many lines of a cell as there is room for; a line that is far too long is cut."""
        shown: list[str] = []
        characters = MAX_TEXT
        for line in lines[: min(self.lines, _CELL_LINES)]:
            if len(line) > characters:
                shown.append(line[:characters] + " …")
                break
            shown.append(line)
            characters -= len(line)
        self.lines -= len(shown)
        return shown

    def coloured(self, lines: Sequence[str]) -> tuple[Markup, ...]:
        """The lines with their colours, as long as there is room for those."""
        if self.colours > 0:
            found = tuple(highlighted(lines))
            self.colours -= sum(map(len, found))
            if self.colours >= 0:
                return found
        return tuple(map(escape, lines))

    def has_for(self, address: str) -> bool:
        """Whether there is room for a picture; if so, it is taken."""
        if len(address) > self.pictures:
            return False
        self.pictures -= len(address)
        return True
