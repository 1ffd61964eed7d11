"""Who is who in a submitted notebook, and what answers what. The rules are told in `graft`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from .graft_notes import Notes
from .graft_reading import StudentCell, StudentNotebook
from .graft_source import SourceCell, SourceNotebook, without_blanks


class Matching:
    """The student's cells against the source's. Cells of the source go by their index."""

    def __init__(self, source: SourceNotebook, submitted: StudentNotebook, notes: Notes) -> None:
        self.source = source
        self.notes = notes
        #: Source cell → the one student's cell that stands for it.
        self.primary: dict[int, StudentCell] = {}
        #: Answer or open cell → the student's cell whose text goes into it.
        self.answer: dict[int, StudentCell] = {}
        #: Answer cells whose answer is a cell of the student's own that counts where it stands.
        self.in_place: set[int] = set()
        #: The source cells that are in the right order in the student's notebook.
        self.unmoved: frozenset[int] = frozenset()
        #: The student's own cell of which given cell it is an edited copy, by its number.
        self.copy_of: dict[int, SourceCell] = {}
        self._found: dict[int, list[StudentCell]] = {}
        self._own: dict[int, StudentCell] = {}

        self._recognise(submitted)
        # The tests first: which copy of an answer counts depends on where its test is.
        for cell in sorted(source.cells, key=lambda cell: cell.is_students):
            if cell.index in self._found:
                self._choose(cell, self._found[cell.index])
        for cell, function in self._unanswered():
            if cell.index not in self.primary:
                self._search(cell, function)
        in_order = sorted(self.primary, key=lambda index: self.primary[index].number)
        self.unmoved = frozenset(_longest_increasing(in_order))
        for cell, function in self._unanswered():
            if cell.index in self.primary:
                self._search(cell, function)

    @property
    def own(self) -> list[StudentCell]:
        """The student's own cells, in order."""
        return [self._own[number] for number in sorted(self._own)]

    def _recognise(self, submitted: StudentNotebook) -> None:
        """Tell the source's cells, and copies of them, from the student's own."""
        nameless = []
        for cell in submitted.cells:
            known = self.source.by_grade_id.get(cell.grade_id or "")
            known = known or self.source.by_id.get(cell.cell_id or "")
            if known is None:
                nameless.append(cell)
            else:
                self._found.setdefault(known.index, []).append(cell)
        for cell in nameless:
            twins = self.source.by_released_text.get(without_blanks(cell.text), ())
            free = [twin for twin in twins if twin.index not in self._found]
            if twins:
                self._found.setdefault((free or twins)[0].index, []).append(cell)
            else:
                self._own[cell.number] = cell

    def _choose(self, cell: SourceCell, found: Sequence[StudentCell]) -> None:
        """Choose which of the cells found stands for this one, and what becomes of the others."""
        touched = [one for one in found if not one.is_blank and not cell.is_untouched(one)]
        if cell.is_students and touched:
            chosen = self._best(cell, touched)
            self.answer[cell.index] = chosen
        else:
            chosen = max(  # the first of several best ones
                found,
                key=lambda one: (one not in touched, not one.is_blank, one.cell_id == cell.cell_id),
            )
        self.primary[cell.index] = chosen
        copies = [one for one in found if one is not chosen]
        kept = [one for one in touched if one is not chosen and one.text != chosen.text]
        if cell.role == "test":
            kept = []
        self._own.update({one.number: one for one in kept})
        if len(kept) < len(copies):
            self.notes.add(cell.noun, cell.name, "copied")
        if kept and cell.is_students:
            self.notes.say(
                f"The {cell.noun} {cell.name} was there more than once; the submitted cell "
                f"{chosen.number} was taken as the answer, and other versions were kept as the "
                "student's own cells."
            )
        elif kept:
            self.copy_of.update({one.number: cell for one in kept})
            self.notes.add(cell.noun, cell.name, "copied and edited")

    def _best(self, cell: SourceCell, candidates: Sequence[StudentCell]) -> StudentCell:
        """The one of several candidates that the test would see, from top to bottom."""
        pool = [one for one in candidates if cell.function in one.defines] or candidates
        test = self.source.test_after.get(cell.index)
        there = self.primary.get(test.index) if test is not None else None
        before = [one for one in pool if there is not None and one.number < there.number]
        return (before or pool)[-1]

    def _unanswered(self) -> Iterator[tuple[SourceCell, str]]:
        """The answer cells that have no answer yet, and what they have to define."""
        for cell in self.source.cells:
            if cell.role == "answer" and cell.function and cell.index not in self.answer:
                yield cell, cell.function

    def _search(self, cell: SourceCell, function: str) -> None:
        """Look for an answer in cells that are not this one, by the function it defines."""
        own = self.own
        known = {
            one.number: one
            for index, cells in self._found.items()
            if self.source.cells[index].function != function
            for one in (*cells, *filter(None, [self.answer.get(index)]))
        }
        known.update({one.number: one for one in self.answer.values()})
        groups = (
            [one for one in own if one.cell_type == "code"],
            # Code that became a text by mistake; but not a text that quotes code.
            [one for one in own if one.cell_type != "code" and "```" not in one.text],
            [known[number] for number in sorted(known)],
        )
        candidates = next(
            (found for group in groups if (found := [c for c in group if function in c.defines])),
            None,
        )
        if candidates is None:
            return
        chosen = self._best(cell, candidates)
        if self._counts_in_place(cell, chosen):
            self.in_place.add(cell.index)
            return
        self.answer[cell.index] = chosen
        self.notes.add(cell.noun, cell.name, "by function")
        if self._own.pop(chosen.number, None) is not None:
            self.primary.setdefault(cell.index, chosen)

    def _counts_in_place(self, cell: SourceCell, chosen: StudentCell) -> bool:
        """Whether an own cell stands between this cell and its test, and will stay there."""
        test = self.source.test_after.get(cell.index)
        if chosen.number not in self._own or test is None:
            return False
        if not {cell.index, test.index} <= self.unmoved:
            return False
        return self.primary[cell.index].number < chosen.number < self.primary[test.index].number


def _longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The longest increasing subsequence of different numbers."""
    lasts: list[int] = []  # at n: the smallest number that ends an increasing run of length n + 1
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(lasts, number)
        before[number] = lasts[length - 1] if length else None
        lasts[length : length + 1] = [number]
    run: list[int] = []
    current = lasts[-1] if lasts else None
    while current is not None:
        run.append(current)
        current = before[current]
    return run[::-1]
