"""Made-up submissions: the release, filled in as a student would fill it in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from testcases.core.protocol import SampleSubmission

from .course import Course
from .errors import GraderError
from .nbgrader_course import markers_of, nbgrader_for
from .notebooks import Notebook, cells_by_grade_id, read_notebook, source_of
from .submissions import TIMESTAMP_FILE

#: The form in which nbgrader's exchange writes when something was handed in.
TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"
#: When everybody hands in.
HANDED_IN = "2026-01-30 17:00:00.000000 UTC"

_NOT_HANDED_IN = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Handout:
    """A release, ready to be filled in."""

    course: Course
    assignment: str
    notebook: Notebook
    #: The lines that stand in a gap.
    stub: tuple[str, ...]


def read_handout(course: Course, assignment: str) -> Handout:
    """The release of an assignment.

    Raises:
        GraderError: there is none, or it is damaged.
    """
    path = course.release(assignment) / f"{assignment}.ipynb"
    notebook = read_notebook(path, f"Run: grader release {assignment}")
    with nbgrader_for(course) as nbgrader:
        stub = markers_of(nbgrader).code_stub
    return Handout(course, assignment, notebook, tuple(stub.split("\n")))


def write_class(handout: Handout, samples: Iterable[SampleSubmission]) -> Iterator[Path]:
    """Hand in for each of the students; yields the folders."""
    for sample in samples:
        yield write_submission(handout, sample)


def write_submission(handout: Handout, sample: SampleSubmission) -> Path:
    """Hand in for one student: all files of the release, the notebook filled in, and a timestamp.

    Returns:
        The folder in `submitted/`.

    Raises:
        GraderError: the sample does not fit the release, or the student has handed in already.
    """
    notebook = fill_in(handout, sample)
    name = handout.assignment
    folder = handout.course.submitted(sample.student, name)
    if folder.exists():
        raise GraderError(
            f"Cannot hand in for {sample.student!r}: {folder} exists. Remove it first."
        )
    shutil.copytree(handout.course.release(name), folder, ignore=_NOT_HANDED_IN)
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    (folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
    (folder / TIMESTAMP_FILE).write_text(HANDED_IN, encoding="utf-8")
    return folder


def fill_in(handout: Handout, sample: SampleSubmission) -> Notebook:
    """The released notebook with the sample's answers in it.

    Raises:
        GraderError: the sample does not fit the release.
    """
    notebook: Notebook = json.loads(json.dumps(handout.notebook))
    cells = cells_by_grade_id(notebook)
    unknown = sorted((sample.gaps.keys() | sample.cells.keys()) - cells.keys())
    if unknown:
        raise GraderError(
            f"Cannot fill in for {sample.student!r}: the release has no cell {', '.join(unknown)}. "
            "Make the sample class fit the notebook."
        )
    for grade_id, gaps in sample.gaps.items():
        source = source_of(cells[grade_id])
        found = _gaps(source.split("\n"), handout.stub)
        if len(found) != len(gaps):
            raise GraderError(
                f"Cannot fill in {grade_id!r} for {sample.student!r}: the cell has {len(found)} "
                f"gaps, and there are {len(gaps)} answers. Make the sample class fit the notebook."
            )
        cells[grade_id]["source"] = _filled(source, handout.stub, gaps)
    for grade_id, source in sample.cells.items():
        cells[grade_id]["source"] = source
    return notebook


def _gaps(lines: Sequence[str], stub: Sequence[str]) -> list[int]:
    """Where in a cell the stub stands, however far it is indented."""
    width = len(stub)
    return [
        number
        for number in range(len(lines) - width + 1)
        if [line.strip() for line in lines[number : number + width]] == [s.strip() for s in stub]
    ]


def _filled(source: str, stub: Sequence[str], answers: Sequence[str]) -> str:
    lines = source.split("\n")
    # From the last to the first, so that the places found stay right.
    for number, answer in sorted(zip(_gaps(lines, stub), answers, strict=True), reverse=True):
        margin = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines[number : number + len(stub)] = indent(answer, margin).split("\n")
    return "\n".join(lines)
