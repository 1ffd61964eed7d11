"""The gate before a release: what is checked, and how the checks (`gate_checks`) are passed through."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from testcases.core.protocol import Assignment

from .course import Course
from .errors import GraderError
from .nbgrader_course import Markers, Nbgrader
from .notebooks import Notebook, UnbalancedMarkersError, read_notebook
from .platforms import REMEDY, other_system
from .proof import Proof, Solved, prove
from .releasing import generate
from .shipping import files_in
from .trial import Trial, scratch_copy


@dataclass(frozen=True)
class Subject:
    """What is checked."""

    course: Course
    assignment: Assignment
    nbgrader: Nbgrader
    markers: Markers
    source: Notebook
    #: Waits for the outcome of the whole notebook, if it runs already; see `aside.running`.
    whole: Callable[[], Trial] | None = None

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

    def generated(self) -> Mapping[str, bytes]:
        """What the source makes now: path → content."""
        with tempfile.TemporaryDirectory(prefix="grader-verify-") as scratch:
            target = Path(scratch) / "release"
            draft = generate(self.nbgrader, self.assignment.name, target, record=False)
            return contents(draft)

    @cached_property
    def draft(self) -> Mapping[str, bytes]:
        """What the source made when it was first asked."""
        return self.generated()

    @cached_property
    def proof(self) -> Proof:
        """How the judge did with answers whose worth is known."""
        with scratch_copy(self.course, self.source_folder) as place:
            solved = Solved(self.source, self.markers, place)
            return prove(self.assignment, solved, place / "output.log")


@dataclass(frozen=True)
class Check:
    """One line of the gate's table."""

    name: str
    #: What to do about it; `{name}` stands for the assignment.
    remedy: str
    problems: Callable[[Subject], list[str]]
    #: What was looked at, in numbers.
    figures: Callable[[Subject], str] = lambda subject: ""
    #: Name of a check without whose passing this one says nothing.
    after: str = ""
    #: Whether it grades, or tries answers within limits that only Linux keeps.
    on_linux: bool = False


@dataclass(frozen=True)
class Outcome:
    """How one check came out."""

    check: Check
    problems: tuple[str, ...]
    figures: str = ""
    remedy: str = ""
    #: Whether it was tried at all; if not, it says nothing.
    tried: bool = True

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def pass_through(subject: Subject, checks: tuple[Check, ...]) -> Iterator[Outcome]:
    """The outcome of each check, as soon as it is known."""
    failed: set[str] = set()
    for check in checks:
        remedy = check.remedy.format(name=subject.assignment.name)
        if check.on_linux and (system := other_system()):
            outcome = Outcome(
                check, (f"not tried: {system} cannot grade",), "", REMEDY, tried=False
            )
        elif check.after in failed:
            outcome = Outcome(check, (f'not tried: it waits for "{check.after}"',), "", _FIRST)
        else:
            try:
                problems = tuple(check.problems(subject))
                outcome = Outcome(check, problems, check.figures(subject), remedy)
            except (GraderError, UnbalancedMarkersError) as error:
                outcome = Outcome(check, (str(error),), "", remedy)
        if not outcome.passed and outcome.tried:
            failed.add(check.name)
        yield outcome


#: The remedy where a check was not tried.
_FIRST = "Mend that first, then run this again."


def contents(folder: Path) -> Mapping[str, bytes]:
    """The files of a release: path → content; what programs leave behind does not count."""
    return {path.as_posix(): (folder / path).read_bytes() for path in files_in(folder)}
