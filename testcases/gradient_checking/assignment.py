"""All that the grader may know of this assignment, in one value. Private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .. import PACKAGE_DIR, shipped_modules
from ..core.protocol import Assignment, Case, Item, Plain, Touchstones
from ..core.trials import cells_in, ways
from .answers import sample_class
from .equivalents import EQUIVALENTS
from .fixtures import stale_fixtures
from .hidden import all_cases
from .items import DRIVERS, ITEMS
from .mistakes import CATALOGUE, mistake_texts
from .oracle import Reference
from .wrong_answers import wrong_answers

_NAME = "gradient_checking"
_PUBLIC = (
    "__init__.py",
    "fixtures.json",
    "hints.json",
    "items.py",
    "naming.py",
    "network.py",
    "public.py",
)


def _shipped() -> Mapping[str, Path]:
    """Files beside the notebook that are copies; the network is for students to look into."""
    network = PACKAGE_DIR / _NAME / "network.py"
    return {**shipped_modules(_NAME, _PUBLIC), "network.py": network}


def _mistaken(
    item: Item, cases: Sequence[Case]
) -> Iterator[tuple[str, Sequence[Mapping[str, Plain]]]]:
    """Answers that are right but for one entry, which comes from one mistake of the catalogue."""
    if item.name not in CATALOGUE:
        return
    right = [Reference().expect(case, {}) for case in cases]
    for aspect in CATALOGUE[item.name][0]:
        for name, values in ways(aspect, list(zip(cases, right, strict=True))):
            yield (
                name,
                [
                    {**entries, aspect.entry: value}
                    for entries, value in zip(right, values, strict=True)
                ],
            )


def _touchstones() -> Touchstones:
    return Touchstones(
        right=cells_in(Path(__file__).parent / "styles"),
        wrong=_mistaken,
        mistakes={name: tuple(texts) for name, (_, texts) in CATALOGUE.items()},
        equivalents=EQUIVALENTS,
        answers=wrong_answers(),
    )


ASSIGNMENT = Assignment(
    name=_NAME,
    items=ITEMS,
    drivers=DRIVERS,
    public_module=f"public_tests.{_NAME}.items",
    oracle=Reference(),
    cases=all_cases,
    shipped=_shipped,
    sample_class=sample_class,
    mistakes=mistake_texts,
    forbidden_in_release=("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", f"testcases.{_NAME}"),
    self_check=stale_fixtures,
    touchstones=_touchstones,
)
