"""The sentences of a graft: what was repaired, grouped so that a thousand repairs stay readable."""

from __future__ import annotations

from collections.abc import Sequence

#: How many cells a sentence names before it counts the rest.
MAX_NAMED = 8
_MAX_SHOWN = 60

#: What happened → how the sentence goes on, for one cell and for several.
_EVENTS = {
    "missing": (
        "was missing; the original was put in its place",
        "were missing; the originals were put in their places",
    ),
    "unanswered": (
        "was missing or empty; the released cell was put in its place",
        "were missing or empty; the released cells were put in their places",
    ),
    "edited": ("was edited; the original was used", "were edited; the originals were used"),
    "moved": ("was moved; it was put back", "were moved; they were put back"),
    "copied": (
        "was there more than once; the copies were left out",
        "were there more than once; the copies were left out",
    ),
    "copied and edited": (
        "was copied and the copy edited; the copy was kept as the student's own cell",
        "were copied and the copies edited; the copies were kept as the student's own cells",
    ),
    "retyped": (
        "had another cell type; the original type was used",
        "had other cell types; the original types were used",
    ),
    "settings": (
        "had changed nbgrader settings; the original ones were used",
        "had changed nbgrader settings; the original ones were used",
    ),
    "tags": (
        "had changed tags; the original ones were used",
        "had changed tags; the original ones were used",
    ),
    "nameless": (
        "had lost its grade_id and was recognised without it",
        "had lost their grade_ids and were recognised without them",
    ),
    "by function": (
        "was found in another cell, by the function it defines",
        "were found in other cells, by the functions they define",
    ),
    "own tags": ("had tags, which were left out", "had tags, which were left out"),
    "no cell": ("is not a cell and was left out", "are not cells and were left out"),
    "no text": (
        "held something that is not text; that was left out",
        "held something that is not text; that was left out",
    ),
    "odd text": (
        "held characters that no text can have; they became question marks",
        "held characters that no text can have; they became question marks",
    ),
    "too long": (
        "held too much text, which was left out",
        "held too much text, which was left out",
    ),
    "odd type": (
        "was of a type that notebooks do not have; its text was kept as raw text",
        "were of types that notebooks do not have; their text was kept as raw text",
    ),
    "pictures": (
        "had attachments that are too large or no pictures; those were left out",
        "had attachments that are too large or no pictures; those were left out",
    ),
}


class Notes:
    """Collects what happened to which cell; the order of the first happening is kept."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], list[str]] = {}

    def add(self, noun: str, name: object, event: str) -> None:
        """Note that `event` happened to the cell `name`, which is a `noun` ("test cell")."""
        names = self._entries.setdefault((noun, event), [])
        if str(name) not in names[-1:]:
            names.append(str(name))

    def say(self, sentence: str) -> None:
        """Note a whole sentence."""
        self._entries.setdefault(("", sentence), [])

    def sentences(self) -> tuple[str, ...]:
        """All notes."""
        return tuple(
            _sentence(noun, event, names) if noun else event
            for (noun, event), names in self._entries.items()
        )


def _sentence(noun: str, event: str, names: Sequence[str]) -> str:
    one, several = _EVENTS[event]
    if len(names) == 1:
        return f"The {noun} {names[0]} {one}."
    return f"The {noun}s {listing(names)} {several}."


def listing(names: Sequence[str]) -> str:
    """Names as a sentence has them: "a, b and c", or "a, b and 7 more"."""
    if len(names) == 1:
        return names[0]
    if len(names) > MAX_NAMED:
        return f"{', '.join(names[:MAX_NAMED])} and {len(names) - MAX_NAMED} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def shown(text: str) -> str:
    """A name that a student chose, as it may stand in a sentence: short, printable, quoted."""
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return repr(plain if len(plain) <= _MAX_SHOWN else plain[:_MAX_SHOWN] + "…")
