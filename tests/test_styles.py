"""Right answers in many styles earn everything, and answers that the catalogue never saw do not."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

import testcases
from testcases.regularization.answers import FUNCTIONS
from tests.solving import judge_cell, judge_item, notebook_namespace, run_cell, solution_cells

STYLES = Path(testcases.__file__).parent / "regularization" / "styles"
UNSEEN = Path(__file__).parent / "unseen"
RIGHT = sorted(STYLES.glob("*/*.py"))
#: NumPy draws it from the protocol's own numbers: it is the same dropout.
SAME_STREAM = UNSEEN / "forward_propagation_with_dropout" / "other-binomial.py"
WRONG = [path for path in sorted(UNSEEN.glob("*/*.py")) if path != SAME_STREAM]


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_every_function_has_many_styles_and_many_wrong_answers() -> None:
    """At least sixty styles in all, and nothing that belongs to no function."""
    assert len(RIGHT) >= 60
    for paths in (RIGHT, WRONG):
        assert {path.parent.name for path in paths} == set(FUNCTIONS)


@pytest.mark.parametrize("path", RIGHT, ids=_name)
def test_a_right_answer_earns_everything_in_any_style(path: Path) -> None:
    """However it is written: what counts is what it returns."""
    with contextlib.redirect_stdout(io.StringIO()):  # some print
        judgement = judge_cell(path.parent.name, path.read_text("utf-8"))
    assert judgement.verdict == "correct", judgement.message


@pytest.mark.parametrize("path", RIGHT, ids=_name)
def test_a_right_answer_trains_in_any_style(path: Path) -> None:
    """What is right in itself loses nothing behind it: a cost of shape (1, 1), gradients as lists."""
    namespace = notebook_namespace()
    with contextlib.redirect_stdout(io.StringIO()):
        for name, cell in solution_cells().items():
            run_cell(path.read_text("utf-8") if name == path.parent.name else cell, namespace)
        judgement = judge_item("training", namespace)
    assert judgement.verdict == "correct", judgement.message


@pytest.mark.parametrize("path", WRONG, ids=_name)
def test_no_other_answer_earns_everything(path: Path) -> None:
    """Wrong ones never do, and what is drawn from another stream does not do so by luck."""
    text = path.read_text("utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        judgement = judge_cell(path.parent.name, text)
    assert judgement.score < judgement.max_score, text.splitlines()[0]


@pytest.mark.parametrize("student", ["ada", "bob", "eve", "gil", "hal"])
def test_binomial_masks_are_right_for_everybody(student: str) -> None:
    """Above one half they are the protocol's masks, and no hidden keep_prob is below."""
    name = "forward_propagation_with_dropout"
    judgement = judge_cell(name, SAME_STREAM.read_text("utf-8"), student)
    assert judgement.verdict == "correct"
