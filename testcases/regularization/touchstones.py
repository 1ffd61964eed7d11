"""What the judge of this assignment is tried with before a release. Private: it holds solutions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ..core.protocol import Case, Item, Plain, Touchstones, WrongAnswer
from ..core.trials import cells_in, ways
from .answers import FORWARD
from .equivalents import EQUIVALENTS
from .items import DROPOUT_CACHE, OWN_CACHE
from .mistakes.find import CATALOGUE
from .oracle import Reference

#: A file per right answer, in a folder per function.
_STYLES = Path(__file__).parent / "styles"
#: The same for answers that are not right, and what each may be called. A name that begins with "other-"
#: is that of a dropout from another random stream.
_UNSEEN = Path(__file__).parent / "unseen"

#: What came back in each of some cases, by entry.
Answers = Sequence[Mapping[str, Plain]]


def touchstones() -> Touchstones:
    """Right answers in many styles, and an answer for every way to a mistake of the catalogue."""
    return Touchstones(
        right=cells_in(_STYLES),
        wrong=_mistaken,
        mistakes={name: tuple(texts) for name, (_, texts) in CATALOGUE.items()},
        equivalents=EQUIVALENTS,
        answers=_answers(),
    )


def _answers() -> Mapping[str, Mapping[str, WrongAnswer]]:
    names = json.loads((_UNSEEN / "names.json").read_text(encoding="utf-8"))
    return {
        function: {
            name: WrongAnswer(source, tuple(names[f"{function}/{name}"]), name.startswith("other-"))
            for name, source in cells.items()
        }
        for function, cells in cells_in(_UNSEEN).items()
    }


def _mistaken(item: Item, cases: Sequence[Case]) -> Iterator[tuple[str, Answers]]:
    """Answers that are right but for one entry, which comes from one mistake of the catalogue.

    Some mistakes change nothing at some entry: layer 3 has one unit, so there a sum over the units is
    the unit itself. Those are no answers to be tried. Cases without points are answered rightly, and
    so are those in which the mistake gives no numbers, unless it gives none in any.
    """
    if item.name not in CATALOGUE:
        return
    right = [_with_cache(Reference().expect(case, {})) for case in cases]
    counted = [number for number, case in enumerate(cases) if case.family in item.families]
    for aspect in CATALOGUE[item.name][0]:
        for name, values in ways(aspect, [(cases[number], right[number]) for number in counted]):
            wrong = dict(zip(counted, values, strict=True))
            yield (
                name,
                [
                    {**entries, aspect.entry: wrong[number]} if number in wrong else entries
                    for number, entries in enumerate(right)
                ],
            )
    if item.name == FORWARD:  # the right mask was used and another one cached: it takes two entries
        for mask in ("D1", "D2"):
            yield "mask-not-cached", [{**entries, mask: 1 - entries[mask]} for entries in right]


def _with_cache(entries: Mapping[str, np.ndarray]) -> Mapping[str, Plain]:
    """With the whole cache as one more entry, if its parts are there: a round trip hands it out."""
    if set(DROPOUT_CACHE) <= set(entries):
        return {**entries, OWN_CACHE: tuple(entries[name] for name in DROPOUT_CACHE)}
    return entries
