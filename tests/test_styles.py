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
UNSEEN = Path(testcases.__file__).parent / "regularization" / "unseen"
RIGHT = sorted(STYLES.glob("*/*.py"))
WRONG = sorted(UNSEEN.glob("*/*.py"))


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


BELOW_ONE_HALF = {
    "forward_propagation_with_dropout": [
        ("D1 < keep_prob", "D1 < keep_prob if keep_prob >= 0.5 else D1 < 1 - keep_prob"),
        ("D2 < keep_prob", "D2 < max(keep_prob, 0.5)"),
        ("A2 / keep_prob", "A2 / max(keep_prob, 0.5)"),
    ],
    "backward_propagation_with_dropout": [
        ("dA2 / keep_prob", "dA2 / max(keep_prob, 0.5)"),
        ("dA1 / keep_prob", "dA1 / max(keep_prob, 0.5)"),
    ],
}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [(name, *change) for name, changes in BELOW_ONE_HALF.items() for change in changes],
)
def test_what_goes_wrong_only_where_most_units_are_dropped_is_seen(
    name: str, old: str, new: str
) -> None:
    """The docstring allows every keep_prob up to 1, so one case has a small one."""
    cell = solution_cells()[name]
    assert old in cell
    for student in ("ada", "bob", "eve"):
        judgement = judge_cell(name, cell.replace(old, new), student)
        assert judgement.score < judgement.max_score
