"""A cell that is no Python, or stops in the middle: the student reads which line, in the notebook and in the jail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from grader.engine import Trial, run_submission
from grader.jail.outside import Jail
from testcases import load_assignment
from testcases.core.protocol import Answer, Item, Stop
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, CLASSIC, COST, FORWARD
from testcases.regularization.oracle import Reference
from tests.solving import fill, judge_cell

from .jail_support import NO_BWRAP, has_bwrap, run, small_jail, solved

UNCLOSED = fill(COST, ("L2_regularization_cost = lambd / (2 * m * np.sum(W1**2)",))
STOPPING = fill(
    BACK_L2, (CLASSIC[BACK_L2].gaps[0], "dW2 = np.dot(dZ2, A1)", CLASSIC[BACK_L2].gaps[2])
)


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """One jail for all notebooks here."""
    with small_jail(tmp_path_factory.mktemp("jail")) as jail:
        yield jail


def _in_jail(jail: Jail, name: str, source: str) -> Trial:
    notebook = solved()
    cell = next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    cell["source"] = source
    return run(jail, notebook)


def test_a_cell_that_is_no_python_is_named_with_its_line() -> None:
    """As IPython leaves it: the cell is in the history, and the function is not there."""
    judgement = judge_cell(COST, UNCLOSED)
    assert judgement.mistake == "syntax-error"
    assert "L2_regularization_cost = lambd" in judgement.message
    assert "never closed" in judgement.message


def test_a_cell_that_was_never_run_is_no_syntax_error() -> None:
    """There is nothing to read then."""
    assert judge_cell(COST, "x = 1").mistake == "function-not-defined"
    assert judge_cell(COST, f"if False:\n    def {COST}(): pass").mistake == "function-not-defined"


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_the_jail_says_the_same_of_a_cell_that_is_no_python(jail: Jail) -> None:
    """Whether it was run by IPython or past it."""
    trial = _in_jail(jail, COST, UNCLOSED)
    assert trial.judgements[f"test_{COST}"].message == judge_cell(COST, UNCLOSED).message


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_the_jail_pays_what_was_worked_out_before_a_stop(jail: Jail) -> None:
    """The arrays that a stopped function had come to cross the border like returned ones."""
    inside, here = (
        _in_jail(jail, BACK_L2, STOPPING).judgements[f"test_{BACK_L2}"],
        judge_cell(BACK_L2, STOPPING),
    )
    assert [part.score for part in inside.parts] == [part.score for part in here.parts] == [8, 0, 0]
    assert inside.message == here.message
    assert inside.mistakes == here.mistakes == ("transpose-missing",)


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_the_jail_says_the_same_of_placeholders_and_reserved_words(jail: Jail) -> None:
    """A whole number and a None cross the border, and the training knows why a function is not there."""
    empty = 'raise NotImplementedError("this gap is still empty")'
    for placeholder in ("0", "None"):
        cell = fill(FORWARD, (f"D1 = {placeholder}", empty))
        inside = _in_jail(jail, FORWARD, cell).judgements[f"test_{FORWARD}"]
        assert "`D1` is" in inside.message
        assert inside.message == judge_cell(FORWARD, cell).message
    reserved = fill(COST, ("L2_regularization_cost = lambda / (2 * m)",))
    judgements = _in_jail(jail, COST, reserved).judgements
    assert "The argument is spelled `lambd`." in judgements[f"test_{COST}"].message
    assert "because its cell is no Python" in judgements["test_training"].message


class _Failing(Reference):
    """An oracle with a fault in its diagnosis."""

    def diagnose(self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()) -> None:
        raise ZeroDivisionError


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_a_fault_of_ours_costs_nobody_the_judgement(jail: Jail) -> None:
    """Values are judged all the same, and a note says that something was not looked at."""
    notebook = solved()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == BACK_L2:
            cell["source"] = STOPPING
    assignment = replace(load_assignment("regularization"), oracle=_Failing())
    trial = run_submission(jail, assignment, notebook, {}, bytes(32), "ada")
    scores = {name: judgement.score for name, judgement in trial.judgements.items()}
    assert scores == {
        f"test_{COST}": 15,
        f"test_{BACK_L2}": 8,
        f"test_{FORWARD}": 25,
        f"test_{BACK_DROPOUT}": 20,
        "test_training": 5,
    }
    assert any("ZeroDivisionError" in note for note in trial.notes)
