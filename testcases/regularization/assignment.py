"""All that the grader may know of this assignment, in one value. Private."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .. import PACKAGE_DIR, shipped_modules
from ..core.protocol import Assignment
from .answers import sample_class
from .hidden import all_cases
from .items import DRIVERS, ITEMS
from .mistakes.told import mistake_texts
from .oracle import Reference
from .touchstones import touchstones

#: Public modules of this assignment, relative to the package `testcases`.
_PUBLIC = (
    "__init__.py",
    "fixtures.json",
    "hints.json",
    "hints.py",
    "items.py",
    "naming.py",
    "network.py",
    "public.py",
    "stops.py",
    "taking.py",
)
_DATA = ("__init__.py", "data.mat", "loader.py", "manifest.json")


def _shipped() -> Mapping[str, Path]:
    """Files beside the notebook that are copies: path in the source folder → the original."""
    data = {f"datasets/{name}": PACKAGE_DIR.parent / "datasets" / name for name in _DATA}
    return {**shipped_modules("regularization", _PUBLIC), **data}


def _self_check() -> list[str]:
    """What is wrong with the data set or the public fixtures."""
    from datasets.loader import DataSetError, load_data  # SciPy, which only this check needs

    from .fixtures import stale_fixtures

    problems = stale_fixtures()
    try:
        load_data()
    except DataSetError as error:
        problems.append(str(error))
    return problems


ASSIGNMENT = Assignment(
    name="regularization",
    items=ITEMS,
    drivers=DRIVERS,
    public_module="public_tests.regularization.items",
    oracle=Reference(),
    cases=all_cases,
    shipped=_shipped,
    sample_class=sample_class,
    forbidden_in_release=("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "testcases.regularization"),
    self_check=_self_check,
    touchstones=touchstones,
    mistakes=mistake_texts,
)
