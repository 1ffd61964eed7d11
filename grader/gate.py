"""The checks that an assignment must pass before it is released, one small function each.

A check looks at its subject and returns what is wrong, as sentences; nothing wrong is a pass.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from testcases.core.protocol import Assignment

from .course import Course
from .errors import GraderError
from .leaks import find_leaks
from .nbgrader_course import Markers, Nbgrader
from .notebooks import Notebook, UnbalancedMarkersError, read_notebook
from .releasing import generate
from .shipping import files_in, stale
from .structure import release_problems, source_problems
from .trial import run_notebook, with_locked_cells


@dataclass(frozen=True)
class Subject:
    """What is checked."""

    course: Course
    assignment: Assignment
    nbgrader: Nbgrader
    markers: Markers
    source: Notebook

    @property
    def release_folder(self) -> Path:
        """What students get."""
        return self.course.release(self.assignment.name)

    @property
    def source_folder(self) -> Path:
        """What the instructor edits."""
        return self.course.source(self.assignment.name)

    def release(self) -> Notebook:
        """The notebook that students get.

        Raises:
            NotebookError: there is none, or it is damaged.
        """
        return read_notebook(self.release_folder / f"{self.assignment.name}.ipynb", "")


@dataclass(frozen=True)
class Check:
    """One line of the gate's table."""

    name: str
    remedy: str
    problems: Callable[[Subject], list[str]]


@dataclass(frozen=True)
class Outcome:
    """How one check came out."""

    check: Check
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def pass_through(subject: Subject, checks: tuple[Check, ...]) -> Iterator[Outcome]:
    """The outcome of each check, as soon as it is known."""
    for check in checks:
        try:
            problems = tuple(check.problems(subject))
        except (GraderError, UnbalancedMarkersError) as error:
            problems = (str(error),)
        yield Outcome(check, problems)


def _structure(subject: Subject) -> list[str]:
    return source_problems(subject.source, subject.assignment, subject.markers)


def _copies(subject: Subject) -> list[str]:
    return [str(difference) for difference in stale(subject.course, subject.assignment)]


def _materials(subject: Subject) -> list[str]:
    """The assignment's own word on its data and tables, if it has any to say."""
    return list(subject.assignment.self_check())


def _up_to_date(subject: Subject) -> list[str]:
    if not subject.release_folder.is_dir():
        return [f"there is no {subject.release_folder}"]
    with tempfile.TemporaryDirectory(prefix="grader-verify-") as scratch:
        target = Path(scratch) / "release"
        draft = generate(subject.nbgrader, subject.assignment.name, target, record=False)
        return _differences(draft, subject.release_folder)


def _differences(draft: Path, release: Path) -> list[str]:
    wanted, there = set(files_in(draft)), set(files_in(release))
    return [
        *(f"{path} is missing" for path in sorted(wanted - there)),
        *(f"{path} does not come from the source" for path in sorted(there - wanted)),
        *(
            f"{path} is not what the source makes"
            for path in sorted(wanted & there)
            if (draft / path).read_bytes() != (release / path).read_bytes()
        ),
    ]


def _release_structure(subject: Subject) -> list[str]:
    return release_problems(subject.source, subject.release(), subject.markers)


def _leaks(subject: Subject) -> list[str]:
    if not subject.release_folder.is_dir():
        return [f"there is no {subject.release_folder}"]
    leaks = find_leaks(subject.release_folder, subject.source, subject.assignment, subject.markers)
    return [str(leak) for leak in leaks]


def _release_earns_nothing(subject: Subject) -> list[str]:
    notebook = with_locked_cells(subject.release(), subject.source)
    trial = run_notebook(subject.course, subject.release_folder, notebook, "the empty release")
    tests = [item.grade_id for item in subject.assignment.items if not item.manual]
    return [
        *(f"{name} earns {trial.scores[name]:g}" for name in tests if trial.scores.get(name)),
        *(
            f"cell {name!r} stops with {error}, where it should explain"
            for name in tests
            if (error := trial.errors.get(f"cell {name!r}"))
        ),
    ]


def _solution_earns_all(subject: Subject) -> list[str]:
    trial = run_notebook(subject.course, subject.source_folder, subject.source, "the solution")
    return [
        *_sentences(trial.errors),
        *(
            f"{item.grade_id} earns {trial.scores.get(item.grade_id, 0):g} of {item.points:g}"
            for item in subject.assignment.items
            if not item.manual and trial.scores.get(item.grade_id, 0) != item.points
        ),
        *_sentences(trial.complaints),
    ]


def _everything_runs(subject: Subject) -> list[str]:
    trial = run_notebook(
        subject.course, subject.source_folder, subject.source, "the whole notebook", everything=True
    )
    return [*_sentences(trial.errors), *_sentences(trial.complaints)]


def _sentences(said: dict[str, str]) -> list[str]:
    return [f"{label}: {text}" for label, text in said.items()]


#: In the order of their cost; later ones make sense only where the earlier ones pass.
CHECKS = (
    Check("the source notebook is well formed", "Mend source/, then run this again.", _structure),
    Check("the data and tables are sound", "Restore them, then run this again.", _materials),
    Check("the copies beside it are current", "Then run: grader release", _copies),
    Check("the release is up to date", "Run: grader release", _up_to_date),
    Check("the release has its cells, gaps and points", "Run: grader release", _release_structure),
    Check("the release gives nothing away", "Remove it from source/, then: grader release", _leaks),
    Check(
        "the untouched release earns nothing", "Mend the tests in source/.", _release_earns_nothing
    ),
    Check("the solution earns all points", "Mend the solution or its tests.", _solution_earns_all),
    Check("the whole notebook runs, training included", "Mend the cell named.", _everything_runs),
)
