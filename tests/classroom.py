"""Support for tests: a small class with every kind of hand-in that goes wrong, graded once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course, open_course
from grader.synthetic import read_handout, write_submission
from testcases.core.protocol import SampleSubmission
from testcases.regularization.answers import (
    BACK_DROPOUT,
    BLANK,
    CLASSIC,
    COST,
    FORWARD,
    FUNCTIONS,
    OTHER_STYLES,
    WRONG,
    Answer,
    submission,
)

from .sharing import once

NAME = "regularization"
ODD_NAME = "o'neil [x] {é} *"
#: Seconds that a cell may take in this class. One student's code never ends, and two cells wait for it;
#: its name comes first in the alphabet, so that the others are graded meanwhile.
TIMEOUT = 10

Notebook = dict[str, Any]
Edit = Callable[[Notebook], None]


@dataclass(frozen=True)
class GradedClass:
    """A course whose class was graded, with what the command said."""

    course: Course
    code: int
    lines: str

    @property
    def by_student(self) -> Mapping[str, dict[str, Any]]:
        """The result lines, parsed."""
        return {line["student"]: line for line in map(json.loads, self.lines.splitlines())}

    def item(self, student: str, grade_id: str) -> dict[str, Any]:
        """One item of one student's line."""
        items = self.by_student[student]["items"]
        return next(item for item in items if item["grade_id"] == grade_id)


def right(student: str, **cells: str) -> SampleSubmission:
    """A student with all answers right, except for cells given as a whole."""
    changed = {name: Answer(cell=text, verdict="error") for name, text in cells.items()}
    return submission(student, "", {**CLASSIC, **changed}, "Because of the weights.")


def copy_of(course: Course, target: Path) -> Course:
    """A copy of a course with everything in it, gradebook and secret included."""
    shutil.copytree(course.root, target)
    return open_course(target)


def edit(course: Course, student: str, change: Edit) -> None:
    """Change a submitted notebook."""
    path = notebook_of(course, student)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def notebook_of(course: Course, student: str) -> Path:
    """The notebook that a student handed in."""
    return course.submitted(student, NAME) / f"{NAME}.ipynb"


def cell_of(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """The cell of that name."""
    return next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def without(grade_id: str) -> Edit:
    """Delete a cell."""

    def change(notebook: Notebook) -> None:
        notebook["cells"].remove(cell_of(notebook, grade_id))

    return change


def copied(grade_id: str) -> Edit:
    """Copy a cell to the end of the notebook."""

    def change(notebook: Notebook) -> None:
        twin = {**cell_of(notebook, grade_id), "id": "a-copied-cell"}
        notebook["cells"].append(twin)

    return change


def tagged(grade_id: str) -> Edit:
    """Tag a cell, so that nbclient does not run it."""

    def change(notebook: Notebook) -> None:
        cell_of(notebook, grade_id)["metadata"]["tags"] = ["skip-execution"]

    return change


_NEVER_ENDS_ON_OTHER_DATA = """
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    while Y.shape[1] != 5:
        pass
"""
_ENDS_THE_PROCESS = "import os\n\nos._exit(1)"
_PRINTS_ON_STDERR = """
import sys

get_ipython().events.register("pre_run_cell", lambda info: print("hm", file=sys.stderr))
"""


def hand_in(course: Course) -> None:
    """The class: one student for each thing that can be right or wrong with a hand-in."""
    handout = read_handout(course, NAME)
    styles = {name: OTHER_STYLES[name][0] for name in FUNCTIONS}
    samples = [
        right("ada"),
        submission("bob", "", styles, "I see."),
        submission("cleo", "", {**CLASSIC, COST: WRONG[COST][0]}, "Hm."),
        submission("dan", "", dict.fromkeys(FUNCTIONS, BLANK)),
        right("eve", **{FORWARD: "def forward_propagation_with_dropout(X:\n"}),
        right(ODD_NAME),
        right("no-date"),
        right("no-answer-cell"),
        right("a-loop", **{BACK_DROPOUT: _NEVER_ENDS_ON_OTHER_DATA}),
        right("dead", **{COST: _ENDS_THE_PROCESS}),
        right("noisy", double_it=_PRINTS_ON_STDERR),
        right("no-test-cell"),
        submission("skips-test", "", {**CLASSIC, COST: BLANK}, "Hm."),
        *map(right, ("copied-cell", "renamed", "cut-off", "latin-1", "empty")),
    ]
    for sample in samples:
        write_submission(handout, sample)
    (course.submitted("no-date", NAME) / "timestamp.txt").write_text("last Tuesday, I think")
    edit(course, "no-answer-cell", without("interpretation"))
    edit(course, "no-test-cell", without("test_training"))
    edit(course, "skips-test", tagged(f"test_{COST}"))
    edit(course, "copied-cell", copied(f"test_{COST}"))
    renamed = notebook_of(course, "renamed")
    renamed.rename(renamed.with_name("my work.ipynb"))
    cut = notebook_of(course, "cut-off")
    cut.write_bytes(cut.read_bytes()[:4000])
    notebook_of(course, "latin-1").write_bytes('{"cells": ["é"]}'.encode("latin-1"))
    notebook_of(course, "empty").write_bytes(b"")


def graded_class(
    factory: pytest.TempPathFactory, released: Course, *, jailed: bool = False
) -> GradedClass:
    """The class, handed in and graded: once in a test session. Copy it, do not change it."""
    name = "jailed-class" if jailed else "graded-class"
    return once(factory, name, lambda folder: _graded_class(folder, released, jailed))


def _graded_class(folder: Path, released: Course, jailed: bool) -> GradedClass:
    course = copy_of(released, folder / "course")
    with course.config_file.open("a", encoding="utf-8") as file:
        file.write(f"\nc.ExecutePreprocessor.timeout = {TIMEOUT}\n")
    hand_in(course)
    lines = folder / "lines.jsonl"
    options = ["--course-dir", str(course.root), "--jobs", "2", "--json", str(lines)]
    code = main(["grade", *options, *([] if jailed else ["--no-jail"])])
    return GradedClass(course, code, lines.read_text(encoding="utf-8"))
