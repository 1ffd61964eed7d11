"""`check` with the hidden cases, for the test cells of a plain nbgrader without our plug-ins.

Private: the hidden part of each test cell imports it, and only a grading machine has it. Whose
notebook runs, and of which assignment, is told by nbgrader's folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import load_assignment
from .core.check import Points, make_check
from .secret import NO_SECRET, find_course, read_secret


def graded_student(folder: Path) -> str:
    """Whose notebook runs in `folder`: nbgrader grades in autograded/STUDENT/ASSIGNMENT."""
    return folder.parent.name if folder.parent.parent.name == "autograded" else ""


def check(name: str, namespace: Mapping[str, Any]) -> Points:
    """Check one part of the assignment on all its cases, public and hidden."""
    folder = Path.cwd()
    course = find_course(folder)
    secret = read_secret(course) if course else NO_SECRET
    assignment = load_assignment(folder.name)
    student = graded_student(folder)
    run = make_check(
        assignment.items,
        assignment.drivers,
        assignment.oracle,
        lambda item: assignment.cases(item, secret, student),
    )
    return run(name, namespace)
