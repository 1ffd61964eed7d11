"""Answers of which it is known what the judge must say, from a catalogue and from a folder. Private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from .diagnosis import Aspect, Names
from .protocol import Case


def cells_in(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Answers, a file for each in a folder per function: function → name of the file → whole cell."""
    return {
        function.name: {
            path.stem: path.read_text(encoding="utf-8") for path in sorted(function.glob("*.py"))
        }
        for function in sorted(folder.iterdir())
        if function.is_dir()
    }


def ways(
    aspect: Aspect, answers: Sequence[tuple[Case, Mapping[str, np.ndarray]]]
) -> Iterator[tuple[str, Sequence[np.ndarray]]]:
    """Single mistakes at one entry, each with what comes of it in each of the cases.

    Where a mistake gives no numbers in a case, the right ones stand there, unless it gives none in any.

    Args:
        aspect: the entry, and the ways to come to it.
        answers: cases with their right answers.
    """
    found: list[list[tuple[Names, np.ndarray]]] = []
    with np.errstate(all="ignore"):
        for case, entries in answers:
            known = aspect.candidates(case, entries)
            if known is None:
                return
            found.append([*zip(known.names, known.values, strict=True), *known.odd])
    for way in zip(*found, strict=True):
        names, right = way[0][0], [entries[aspect.entry] for _, entries in answers]
        values = [value for _, value in way]
        usable = [bool(np.isfinite(value).all()) for value in values]
        if any(usable):
            values = [
                value if use else good
                for value, use, good in zip(values, usable, right, strict=True)
            ]
        if len(names) == 1 and not all(map(_same, values, right)):
            yield names[0], values


def _same(value: np.ndarray, right: np.ndarray) -> bool:
    """Whether two values differ by rounding only, which is far less than the judge forgives."""
    return value.shape == right.shape and np.allclose(value, right, rtol=1e-12, atol=1e-14)
