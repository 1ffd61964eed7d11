"""What is right, what is wrong, and why: each assignment's fixtures, reference, cases and judge.

Depends on NumPy alone. Each assignment is a subpackage; `load_assignment(name)` hands over all that
the grader may know of it. The modules named in `SHIPPED_CORE` and in an assignment's `shipped` are
public: they travel to students, verbatim, in the release folder's `public_tests/`. For that reason
public modules import each other relatively and never import a private one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .core.protocol import Assignment

#: Public modules that every assignment ships, relative to this package.
SHIPPED_CORE = (
    "core/__init__.py",
    "core/check.py",
    "core/compare.py",
    "core/effects.py",
    "core/examples.py",
    "core/faults.py",
    "core/fingerprints.py",
    "core/judge.py",
    "core/observe.py",
    "core/problems.py",
    "core/protocol.py",
    "core/shown.py",
    "core/stopping.py",
    "core/wording.py",
)

#: This package's folder, from which public modules are copied.
PACKAGE_DIR = Path(__file__).parent


def shipped_modules(assignment: str, names: Iterable[str]) -> dict[str, Path]:
    """The public modules that an assignment ships: path in its source folder → the original.

    Args:
        assignment: its name.
        names: its own public files, beside those that every assignment ships.
    """
    paths = (*SHIPPED_CORE, *(f"{assignment}/{name}" for name in names))
    return {f"public_tests/{path}": PACKAGE_DIR / path for path in paths}


class UnknownAssignmentError(LookupError):
    """The name given is not an assignment that `testcases` knows."""


def assignment_names() -> list[str]:
    """The assignments known here, sorted by name."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules(__path__)
        if module.ispkg and module.name != "core"
    )


def load_assignment(name: str) -> Assignment:
    """All that the grader may know of one assignment.

    Raises:
        UnknownAssignmentError: there is no such subpackage.
    """
    if name not in assignment_names():
        known = ", ".join(assignment_names())
        raise UnknownAssignmentError(
            f"Cannot judge assignment {name!r}: testcases/ has no folder of that name. Known: {known}."
        )
    module = importlib.import_module(f".{name}.assignment", __name__)
    assignment: Assignment = module.ASSIGNMENT
    return assignment
