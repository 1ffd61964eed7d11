"""Which lines of a cell are the student's own, and how a page shows them: some with a bar, some folded.

A cell is compared with what was handed out, line by line, as text; nothing is parsed or run. Blank
lines take no part in it: there are many, and they are all alike.
The comparison takes bounded time. Its steps are estimated beforehand, and where there would be too many
(somebody repeats one line of ours thousands of times), a line counts as given wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import Literal

from markupsafe import Markup

from .sanitise import raw_lines

#: How many steps a comparison may take; one of the assignments' cells takes some 5,000.
_MOST_STEPS = 2_000_000
#: Given lines so near to a line of the student's, or to one that the judge names, are shown with it.
_NEAR = 2
#: So many given lines in a row are not worth folding.
_FEW = 4

Kind = Literal["own", "given", "folded"]


@dataclass(frozen=True)
class Code:
    """The code of one cell."""

    #: With classes for colours.
    lines: tuple[Markup, ...] = ()
    #: Numbers, from 1, of the lines that were not handed out; None where nothing is known of that.
    own: frozenset[int] | None = None
    #: How many lines there were besides, for which a page has no room.
    more: int = 0
    #: How many lines that were handed out, blank ones aside, are not there any more.
    gone: int = 0
    #: Whether there was no room for any of it, so that `lines` only say so.
    left_out: bool = False

    def shown(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these lines, by number, that are on the page."""
        there = () if self.left_out else range(1, len(self.lines) + 1)
        return frozenset(number for number in numbers if number in there)

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.more or self.own) and not any(
            line.striptags().strip() for line in self.lines
        )

    @property
    def unchanged(self) -> bool:
        """Whether it is known to hold all that was handed out, and nothing else."""
        return self._added_nothing and not self.gone and not self.empty

    @property
    def shortened(self) -> bool:
        """Whether it is known to hold a part of what was handed out, and nothing else."""
        return self._added_nothing and self.gone > 0 and not self.empty

    @property
    def _added_nothing(self) -> bool:
        return self.own is not None and not self.own and not self.more

    @property
    def all_own(self) -> bool:
        """Whether nothing of what was handed out is left; blank lines are nobody's."""
        own = self.own or ()
        return bool(own) and all(
            number in own or not line.striptags().strip()
            for number, line in enumerate(self.lines, 1)
        )


@dataclass(frozen=True)
class Run:
    """Lines that follow each other and are shown in one way."""

    kind: Kind
    #: Number and text of each.
    lines: tuple[tuple[int, Markup], ...]

    @property
    def name(self) -> str:
        """How it is called by who cannot see it."""
        first, last = self.lines[0][0], self.lines[-1][0]
        return f"Line {first}" if first == last else f"Lines {first} to {last}"


@dataclass(frozen=True)
class Comparison:
    """A cell beside what was handed out."""

    #: Numbers, from 1, of the lines that are not as they were handed out.
    own: frozenset[int]
    #: How many lines that were handed out, blank ones aside, are not there any more.
    gone: int


def compared(given: str, lines: Sequence[str]) -> Comparison:
    """Compare a cell with what was handed out.

    Args:
        given: the cell, as it was handed out.
        lines: the cell, as `raw_lines` takes it apart: what hides in a line makes it another one.
    """
    ours = [line for line in map(_trimmed, raw_lines(given)) if line]
    theirs = {number: text for number, line in enumerate(lines, 1) if (text := _trimmed(line))}
    numbers, texts = list(theirs), list(theirs.values())
    if _steps(ours, texts) > _MOST_STEPS:
        known = set(ours)
        own = {number for number, text in theirs.items() if text not in known}
        gone = (Counter(ours) - Counter(texts)).total()
    else:
        matcher = SequenceMatcher(None, ours, texts, autojunk=False)
        own, gone = set(numbers), len(ours)
        for block in matcher.get_matching_blocks():
            own.difference_update(numbers[block.b : block.b + block.size])
            gone -= block.size
    for one, next_one in pairwise(numbers):
        if one in own and next_one in own:
            own.update(range(one + 1, next_one))  # what is blank between them
    return Comparison(frozenset(own), gone)


def _trimmed(line: str) -> str:
    """A line without what Python too takes for blank at its end."""
    return line.rstrip(" \t\f")


def _steps(ours: Sequence[str], texts: Sequence[str]) -> int:
    """How long the comparison takes at worst: it looks for the longest block again and again."""
    often = Counter(ours)
    pairs = sum(often[text] for text in texts)
    return (len(ours) + pairs) * min(len(ours), len(texts))


def runs(code: Code, named: Collection[int] = ()) -> list[Run]:
    """A cell's code, taken apart by how it is shown; all in one piece if no line of it stands out.

    Args:
        code: of the cell.
        named: lines that the judge names; they are never folded.
    """
    numbered = tuple(enumerate(code.lines, 1))
    if code.own is None or not (code.own or named):
        return [Run("given", numbered)]
    kinds = _kinds(code.lines, code.own, code.own.union(named))
    pairs = zip(kinds, numbered, strict=True)
    return [
        Run(kind, tuple(line for _, line in group))
        for kind, group in groupby(pairs, key=lambda pair: pair[0])
    ]


def _kinds(lines: Sequence[Markup], own: Collection[int], wanted: Collection[int]) -> list[Kind]:
    """For each line, in order, how it is shown."""
    near = {
        number + step for number in wanted for step in range(-_NEAR, _NEAR + 1)
    }  # a few that are no lines do no harm
    kinds: list[Kind] = []
    everything = range(1, len(lines) + 1)
    for far, group in groupby(everything, key=lambda number: number not in near):
        numbers = list(group)
        folded = far and len(numbers) > _FEW
        kinds += ["folded" if folded else "own" if each in own else "given" for each in numbers]
    for one, next_one in (*pairwise(everything), *pairwise(reversed(everything))):
        beside = kinds[one - 1] == "folded" and kinds[next_one - 1] == "given"
        if beside and next_one not in wanted and not lines[next_one - 1].striptags():
            kinds[next_one - 1] = "folded"  # what is blank beside a fold goes with it
    return kinds
