"""How often independent answers are listed as a pair, and how many copies are found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from grader.similarity import (
    EXPECTED_BY_CHANCE,
    STRETCH,
    ReadTexts,
    Similarity,
    find_pairs,
    threshold,
)
from testcases.regularization.answers import FUNCTIONS

from .likeness.classes import (
    STYLES,
    UNSEEN,
    Class,
    collection,
    given,
    habit_class,
    mixed_class,
    prose_class,
)
from .likeness.copies import CHANGES

#: Copies planted in a class, and classes with planted copies per line of the table.
COPIES = 8
PLANTED_CLASSES = 5
#: The threshold was first set on 0 to 29, and then raised once after a look at these: docs/similarity.md.
FIRST_SEED = 100
#: A class of 5,000 has to be compared in so many seconds of processor time.
MOST_SECONDS = 8.0


@dataclass(frozen=True)
class _Kind:
    name: str
    make: Callable[[int], Class]
    classes: int


def run() -> bool:
    """Print the rate of false pairs and the share of copies found; whether the promises were kept."""
    texts = given()

    read: ReadTexts = {}  # the same answers come in many classes

    def found(students: Class) -> Similarity:
        kept = read if len(students) <= 200 else None
        return find_pairs(students, texts.templates, texts.written, kept)

    styles, unseen = collection(STYLES), collection(UNSEEN)
    both = collection(STYLES, UNSEEN)
    right = _Kind("right answers (styles)", lambda seed: mixed_class(styles, seed), 100)
    blind = _Kind("answers written blind (unseen)", lambda seed: mixed_class(unseen, seed), 100)
    mixed = _Kind("both together", lambda seed: mixed_class(both, seed), 100)
    habits = [
        _Kind(f"habits, {n:,}", lambda seed, n=n: habit_class(n, seed, texts.templates), classes)  # type: ignore[misc]
        for n, classes in ((60, 100), (200, 50), (1_000, 10), (5_000, 2))
    ]
    print(f"\nsimilarity: independent students (stretch {STRETCH:g})")
    print(
        f"{'':32}{'students':>9}{'classes':>9}{'threshold':>10}{'pairs listed':>14}{'a class':>9}"
    )
    prose = _Kind("written answers (of one hand)", prose_class, 100)
    rates = [_null(kind, found) for kind in (right, blind, mixed, prose, *habits)]
    for kind in (mixed, habits[1]):
        print(f"\nsimilarity: {COPIES} copies in a class ({kind.name}); share of them found")
        print(f"{'functions copied':32}" + "".join(f"{n:>9}" for n in (4, 2, 1)))
        for name in CHANGES:
            shares = [_power(kind, name, parts, found) for parts in (4, 2, 1)]
            print(f"{name:32}" + "".join(f"{share:9.0%}" for share in shares))
    many = habits[-1].make(FIRST_SEED)
    start = time.process_time()
    found(many)
    seconds = time.process_time() - start
    print(f"\nsimilarity: {len(many):,} students compared in {seconds:.1f} s of processor time")
    kept = max(rates) <= EXPECTED_BY_CHANCE and seconds <= MOST_SECONDS
    print(
        f"promise: at most {EXPECTED_BY_CHANCE:g} pairs a class by chance, 5,000 students in "
        f"{MOST_SECONDS:g} s: {'kept' if kept else 'NOT kept'}"
    )
    return kept


def _null(kind: _Kind, found: Callable[[Class], Similarity]) -> float:
    listed, number = 0, 0
    for seed in range(FIRST_SEED, FIRST_SEED + kind.classes):
        students = kind.make(seed)
        number = len(students)
        listed += len(found(students).pairs)
    rate = listed / kind.classes
    print(
        f"{kind.name:32}{number:9,}{kind.classes:9}{threshold(number):10.1f}{listed:14}{rate:9.2f}"
    )
    return rate


def _power(kind: _Kind, change: str, functions: int, found: Callable[[Class], Similarity]) -> float:
    """The share of planted copies that are listed."""
    hits = 0
    for seed in range(FIRST_SEED, FIRST_SEED + PLANTED_CLASSES):
        students = kind.make(seed)
        rng = random.Random(seed)
        names = rng.sample(sorted(students), 2 * COPIES)
        planted = set()
        for source, copier in zip(names[::2], names[1::2], strict=True):
            for name in rng.sample(FUNCTIONS, functions):
                students[copier][name] = CHANGES[change](students[source][name])
            planted.add((min(source, copier), max(source, copier)))
        hits += len(planted & {(pair.a, pair.b) for pair in found(students).pairs})
    return hits / (COPIES * PLANTED_CLASSES)
