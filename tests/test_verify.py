"""`grader verify`: each check passes on a good assignment, and fails on what it is there to find."""

from __future__ import annotations

import copy
import multiprocessing
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.aside import running
from grader.cli import main
from grader.course import Course, open_course
from grader.errors import GraderError
from grader.feedback_leaks import Hidden, hidden_from, readable, shown_in
from grader.gate import Outcome, Subject, pass_through
from grader.gate_checks import CHECKS
from grader.nbgrader_course import markers_of, nbgrader_for
from grader.releasing import read_source
from testcases import load_assignment
from testcases.core.protocol import Case, Item, Touchstones
from testcases.regularization.answers import BACK_L2, COST, FORWARD

from .conftest import copy_course
from .sharing import once
from .test_release import NAME, cell, edit, notebook_path

pytestmark = pytest.mark.slow

GRADED = "test_compute_cost_with_regularization"


def _shorten(notebook: dict[str, Any]) -> None:
    """Training takes minutes, and is run by other tests; here a line stands in its place."""
    for each in notebook["cells"]:
        if "skip-execution" in each["metadata"].get("tags", []):
            each["source"] = "print('trained')"


@pytest.fixture(scope="module")
def short_course_template(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course whose notebook trains nothing."""

    def make(folder: Path) -> Course:
        course = copy_course(folder / "course")
        edit(notebook_path(course), _shorten)
        assert main(["release", "--course-dir", str(course.root)]) == 0
        return course

    return once(tmp_path_factory, "short", make)


@pytest.fixture
def short_course(short_course_template: Course, tmp_path: Path) -> Course:
    """A copy of that course of one's own."""
    shutil.copytree(short_course_template.root, tmp_path / "course")
    return open_course(tmp_path / "course")


@contextmanager
def subject_of(course: Course) -> Iterator[Subject]:
    """The course's assignment, ready to be checked."""
    with nbgrader_for(course) as nbgrader:
        source = read_source(course, NAME)
        yield Subject(course, load_assignment(NAME), nbgrader, markers_of(nbgrader), source)


def outcome_of(course: Course, words: str) -> Outcome:
    """The outcome of the one check whose name has these words in it."""
    (check,) = (check for check in CHECKS if words in check.name)
    with subject_of(course) as subject:
        return next(pass_through(subject, (check,)))


def test_a_good_assignment_passes(short_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A well-made assignment passes every check, and the command says so with exit code 0."""
    before = {path: path.read_bytes() for path in short_course.root.rglob("*") if path.is_file()}
    assert main(["verify", NAME, "--course-dir", str(short_course.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    verdicts = [line for line in lines[:-1] if not line.startswith(" ")]
    assert verdicts == [f"PASS  {check.name}" for check in CHECKS]
    told = " ".join(lines)
    for words in (
        " slightly changed solutions: all that are wrong lose points (",
        " right answers in other styles: all earn full marks",
        " ways: all lose points; ",
    ):
        assert words in told
    assert lines[-1] == "regularization is fit to be released."
    after = {path: path.read_bytes() for path in short_course.root.rglob("*") if path.is_file()}
    assert after == before


def test_a_failure_shows_its_remedy(
    short_course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing check is named with what is wrong and what to do, and the exit code is 1."""
    some = CHECKS[:5]  # the others take long, and are tried one by one
    monkeypatch.setattr("grader.gate_checks.CHECKS", some)
    (short_course.release(NAME) / "extra.txt").write_text("by hand", encoding="utf-8")
    assert main(["verify", "--course-dir", str(short_course.root)]) == 1
    out = capsys.readouterr().out
    assert "FAIL  the release is up to date" in out
    assert "extra.txt does not come from the source" in out
    assert "→ Run: grader release regularization" in out
    assert out.splitlines()[-1].endswith(f"1 of {len(some)} checks failed.")


def test_a_missing_release_fails(short_course: Course) -> None:
    """Before the first release, the checks of the release say that there is none."""
    shutil.rmtree(short_course.release(NAME))
    for words in (
        "up to date",
        "cells, gaps and points",
        "release gives nothing away",
        "earns nothing",
        "feedback",
    ):
        assert not outcome_of(short_course, words).passed


def test_structure_is_checked(short_course: Course) -> None:
    """Points that differ from the assignment's are found."""
    edit(
        notebook_path(short_course),
        lambda notebook: cell(notebook, GRADED)["metadata"]["nbgrader"].update(points=1),
    )
    outcome = outcome_of(short_course, "well formed")
    assert outcome.problems == (f"cell {GRADED!r} is worth 1 points instead of 15",)


def test_stale_copies_are_found(short_course: Course) -> None:
    """A copy that differs from its original is found, and left for `grader release` to mend."""
    path = short_course.source(NAME) / "public_tests" / "core" / "judge.py"
    path.write_text("edited by hand\n", encoding="utf-8")
    outcome = outcome_of(short_course, "copies")
    assert outcome.problems == ("public_tests/core/judge.py (different)",)
    assert path.read_text(encoding="utf-8") == "edited by hand\n"


def test_the_assignment_may_speak_for_itself(short_course: Course) -> None:
    """What an assignment says is wrong with its own materials is a failure of the gate."""
    ailing = copy.copy(load_assignment(NAME))
    object.__setattr__(ailing, "self_check", lambda: ["the data file is damaged"])
    with subject_of(short_course) as subject:
        (check,) = (check for check in CHECKS if "data and tables" in check.name)
        outcome = next(pass_through(replace(subject, assignment=ailing), (check,)))
    assert outcome.problems == ("the data file is damaged",)


def test_a_release_edited_by_hand_is_found(short_course: Course) -> None:
    """The release must be what the source makes, byte for byte."""
    path = short_course.release(NAME) / f"{NAME}.ipynb"
    path.write_bytes(path.read_bytes() + b"\n")
    outcome = outcome_of(short_course, "up to date")
    assert outcome.problems == (f"{NAME}.ipynb is not what the source makes",)


def test_a_release_without_its_gap_is_found(short_course: Course) -> None:
    """A gap that was filled in the release, or a test that was changed there, is found."""
    path = short_course.release(NAME) / f"{NAME}.ipynb"
    edit(path, lambda notebook: cell(notebook, "double_it").update(source="result = 4"))
    edit(path, lambda notebook: cell(notebook, GRADED)["metadata"]["nbgrader"].update(points=2))
    problems = outcome_of(short_course, "cells, gaps and points").problems
    assert problems == (
        "cell 'double_it' does not have the text and gaps that the source notebook asks for",
        f"cell {GRADED!r} has other points or rights than in the source",
    )


def test_a_solution_in_the_release_is_found(short_course: Course) -> None:
    """The committed release is searched, not only a fresh one."""
    path = short_course.release(NAME) / "reg_utils.py"
    path.write_text(path.read_text("utf-8") + "\n# A1 = A1 / keep_prob\n", encoding="utf-8")
    problems = outcome_of(short_course, "release gives nothing away").problems
    assert problems == ("reg_utils.py contains the solution line `A1 = A1 / keep_prob`",)


def test_a_wrong_solution_is_found(short_course: Course) -> None:
    """An instructor's slip in the solution costs points in the trial run."""

    def slip(notebook: dict[str, Any]) -> None:
        solution = cell(notebook, "compute_cost_with_regularization")
        text = "".join(solution["source"])
        assert "### END SOLUTION" in text
        solution["source"] = text.replace(
            "### END SOLUTION", "L2_regularization_cost = 0\n    ### END SOLUTION"
        )

    edit(notebook_path(short_course), slip)
    problems = outcome_of(short_course, "earns all points").problems
    assert any(problem.startswith(f"{GRADED} earns ") for problem in problems)


def test_a_warning_in_a_test_cell_is_found(short_course: Course) -> None:
    """nbgrader gives 0 for whatever a test cell writes to stderr; the gate says which cell did."""
    edit(
        notebook_path(short_course),
        lambda notebook: cell(notebook, GRADED).update(
            source="import sys\nprint('beware', file=sys.stderr)\n"
            + "".join(cell(notebook, GRADED)["source"])
        ),
    )
    problems = outcome_of(short_course, "earns all points").problems
    assert problems == (f"{GRADED} earns 0 of 15", f"cell {GRADED!r}: beware")


def test_points_for_nothing_are_found(short_course: Course) -> None:
    """A test cell that gives points to an untouched release, or does not run, is found."""
    sources = {
        GRADED: "None",  # nbgrader takes a test cell without a number for full marks
        f"test_{BACK_L2}": "3.0",
        f"test_{FORWARD}": "1 / 0",
    }

    def spoil(notebook: dict[str, Any]) -> None:
        for grade_id, source in sources.items():
            cell(notebook, grade_id).update(source=source)

    edit(notebook_path(short_course), spoil)
    problems = outcome_of(short_course, "earns nothing").problems
    for problem in (
        f"{GRADED} earns 15",
        f"test_{BACK_L2} earns 3",
        f"cell 'test_{FORWARD}' stops with ZeroDivisionError: division by zero",
    ):
        assert any(each.startswith(problem) for each in problems)


def test_a_broken_training_cell_is_found(short_course: Course) -> None:
    """Cells that grading skips are run as well, so that students do not find them broken first."""

    def spoil(notebook: dict[str, Any]) -> None:
        tagged = [c for c in notebook["cells"] if "skip-execution" in c["metadata"].get("tags", [])]
        tagged[0]["source"] = "import os\nos.does_not_exist"

    edit(notebook_path(short_course), spoil)
    (problem,) = outcome_of(short_course, "whole notebook").problems
    assert "AttributeError: module 'os' has no attribute 'does_not_exist'" in problem


def test_a_kernel_that_dies_is_reported(short_course: Course) -> None:
    """A notebook that kills its kernel fails the check; it does not stop the gate."""
    edit(
        notebook_path(short_course),
        lambda notebook: cell(notebook, "packages").update(source="import os\nos._exit(1)"),
    )
    problems = outcome_of(short_course, "earns all points").problems
    assert any(problem.startswith("the run: broke off: ") for problem in problems)


@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_a_bad_notebook_is_explained(
    damage: str, short_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a readable notebook there is nothing to check: one sentence, exit code 1."""
    path = notebook_path(short_course)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:1000])
    assert main(["verify", "--course-dir", str(short_course.root)]) == 1
    captured = capsys.readouterr()
    assert "git checkout -- source/regularization" in captured.err
    assert captured.out == ""


def test_unbalanced_markers_fail_without_a_traceback(short_course: Course) -> None:
    """A marker without its partner fails every check that has to read it."""
    edit(
        notebook_path(short_course),
        lambda notebook: cell(notebook, "double_it").update(source="### BEGIN SOLUTION\nx = 1"),
    )
    for words in ("well formed", "release gives nothing away", "up to date", "changed solution"):
        outcome = outcome_of(short_course, words)
        assert not outcome.passed
        assert "Traceback" not in "".join(outcome.problems)


#: A preprocessor of the course's own, which numbers the releases.
_STAMP = """
import itertools
from nbgrader.preprocessors import NbGraderPreprocessor

class Stamp(NbGraderPreprocessor):
    numbers = itertools.count()

    def preprocess(self, nb, resources):
        nb.metadata["release"] = next(self.numbers)
        return nb, resources

c.GenerateAssignment.preprocessors.append(Stamp)
"""


def test_a_release_that_differs_each_time_is_found(short_course: Course) -> None:
    """Two releases of one source must be the same, or nobody could tell whether one is current."""
    config = short_course.config_file
    config.write_text(config.read_text("utf-8") + _STAMP, encoding="utf-8")
    outcome = outcome_of(short_course, "same every time")
    assert outcome.problems == (f"{NAME}.ipynb is another one each time",)
    assert "keep what changes by itself out" in outcome.check.remedy


def no_penalty_cases(item: Item, secret: bytes, student: str) -> Sequence[Case]:
    """Only cases with next to no penalty, as in a test that was not thought through."""
    cases = load_assignment(NAME).cases(item, secret, student)
    return [
        replace(case, arguments=(*case.arguments[:3], 1e-9))
        for case in cases
        if case.description == "λ = 0"
    ]


def some_stones() -> Touchstones:
    """Touchstones of the cost alone, with a wrong answer among the right ones."""
    stones = load_assignment(NAME).touchstones()
    careless = "def compute_cost_with_regularization(A3, Y, parameters, lambd):\n    return 7.0\n"
    return replace(
        stones,
        right={COST: {**stones.right[COST], "careless": careless}},
        mistakes={COST: stones.mistakes[COST]},
        equivalents=(),
    )


def test_a_judge_that_misses_something_is_found(short_course: Course) -> None:
    """Cases that tell too little let changed solutions and known mistakes pass; and each is named."""
    whole = load_assignment(NAME)
    spoilt = replace(whole, items=whole.items[:1], cases=no_penalty_cases, touchstones=some_stones)
    words = ("changed solution", "right answer", "known mistake")
    checks = tuple(check for check in CHECKS if any(each in check.name for each in words))
    with subject_of(short_course) as subject:
        outcomes = list(pass_through(replace(subject, assignment=spoilt), checks))
    mutants, styles, mistakes = outcomes
    assert any("`lambd / 2` → `lambd * 2` earns full marks" in each for each in mutants.problems)
    assert "Add a case that tells it" in mutants.check.remedy
    assert styles.problems == (f"{COST}: careless earns 0%",)
    assert "Mend the judge" in styles.check.remedy
    assert f": {len(mutants.problems):,} of " in mutants.figures
    assert " wrong ones lose no points (0 are as right as the original;" in mutants.figures
    assert styles.figures.endswith(" right answers in other styles: 1 of them lose points")
    assert f"{COST}: half-missing earns full marks in 1 of its ways" in mistakes.problems
    assert "Add a case in which it shows" in mistakes.check.remedy


def test_a_solution_that_feedback_would_show_is_found(short_course: Course) -> None:
    """A given cell may print what it should not. The hidden part of a test is never shown."""

    def slip(notebook: dict[str, Any]) -> None:
        test = cell(notebook, GRADED)
        text = "".join(test["source"])
        test["source"] = text.replace("### END HIDDEN", "hidden_cost = 1.25 + 2\n### END HIDDEN")
        cell(notebook, "example_cost")["source"] = (
            "print('dW3 = np.dot(dZ3, A2.T) / m + lambd / m * W3')"
        )

    edit(notebook_path(short_course), slip)
    outcome = outcome_of(short_course, "feedback")
    assert outcome.problems
    assert all(
        each.endswith("shows the line `dW3 = np.dot(dZ3, A2.T) / m + lambd / m * W3`")
        for each in outcome.problems
    )
    assert "before anybody gets feedback" in outcome.check.remedy


def _hidden(short_course: Course) -> tuple[Hidden, Sequence[Case]]:
    """What a student's page must not hold who handed in nothing but the release."""
    with subject_of(short_course) as subject:
        arguments = (subject.assignment, subject.source, subject.markers, subject.release())
        hidden = hidden_from("ada", ["ada", "bob"], *arguments)
    item = next(item for item in load_assignment(NAME).items if item.name == COST)
    return hidden, load_assignment(NAME).cases(item, bytes(range(32)), "ada")


def test_what_a_page_must_not_show(short_course: Course) -> None:
    """Hidden numbers however they are printed, hidden settings, solutions, markers, other students."""
    hidden, cases = _hidden(short_course)
    case = next(case for case in cases if case.family == "general")
    number, setting = float(case.arguments[0].flat[0]), case.arguments[3]
    leaks = {
        f"your A3 is {number!r}": "a number of a hidden case",
        f"[[{number:.8f}  0.5]]": "a number of a hidden case",
        f"about {number:.7e}": "a number of a hidden case",
        f"with lambd={setting}": "a setting of a hidden case",
        "    dW3 = np.dot(dZ3, A2.T) / m + lambd / m * W3": "shows the line",
        "### BEGIN SOLUTION": "contains",
        "### BEGIN HIDDEN TESTS": "contains",
        "from testcases.hidden import check  # only where grading happens: hidden cases join the "
        "public ones": "shows the line",
        "like bob": "contains 'bob'",
    }
    for text, what in leaks.items():
        found = list(shown_in(text, hidden))
        assert found, text
        assert all(what in each for each in found)


def test_what_a_page_may_show(short_course: Course) -> None:
    """Public numbers, points, and pictures' programs are no leaks."""
    hidden, cases = _hidden(short_course)
    public = next(case for case in cases if case.family == "fixture")
    page = f"<p>cost = {public.arguments[0].flat[0]!r}, 12.5 of 15 points</p><script>bob</script>"
    assert list(shown_in(readable(page), hidden)) == []


def test_one_s_own_work_is_no_leak(short_course: Course) -> None:
    """Who wrote the very line of the solution may read it again."""
    with subject_of(short_course) as subject:
        arguments = (subject.assignment, subject.source, subject.markers, subject.source)
        hidden = hidden_from("ada", ["ada"], *arguments)
    assert hidden.lines == {}


def test_a_run_aside_that_cannot_be_is_told(short_course: Course, tmp_path: Path) -> None:
    """A process that ends without a result is an error, not an endless wait."""
    source = read_source(short_course, NAME)
    with (
        running(short_course, tmp_path / "missing", source) as whole,
        pytest.raises(GraderError, match="ended with exit code 1"),
    ):
        whole()


def test_a_run_aside_ends_with_whoever_wanted_it(short_course: Course) -> None:
    """Nothing goes on training when nobody waits for it any more."""
    before = set(multiprocessing.active_children())
    with running(short_course, short_course.source(NAME), read_source(short_course, NAME)):
        assert set(multiprocessing.active_children()) - before
    assert not set(multiprocessing.active_children()) - before
