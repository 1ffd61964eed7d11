"""How many answers that the catalogue was not made for are called by the right name.

`testcases/regularization/unseen/names.json` was written by hand, from what each file says of itself in its first line: the
names that are right for it; two where two mistakes give the very same numbers, and some that we do not
have, where we cannot tell.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import testcases
from testcases import load_assignment
from testcases.core.check import run
from testcases.core.protocol import Judgement
from testcases.regularization.hints import fingerprint
from testcases.regularization.public import PublicOracle, public_cases
from tests.solving import judge_cell, notebook_namespace, run_cell

UNSEEN = Path(testcases.__file__).parent / "regularization" / "unseen"
NAMES: dict[str, list[str]] = json.loads((UNSEEN / "names.json").read_text("utf-8"))


def _on_the_example(function: str, source: str) -> Judgement:
    """As the check in the notebook judges it: public cases, and no formula."""
    assignment = load_assignment("regularization")
    item = next(item for item in assignment.items if item.name == function)
    namespace = notebook_namespace()
    run_cell(source, namespace)
    return run(item, public_cases(item), PublicOracle(), assignment.drivers, namespace)


def _counted(judged: Callable[[str, str], Judgement]) -> Counter[str]:
    """How many wrong answers got a right name, another one, or none; and which."""
    counts: Counter[str] = Counter()
    for key, names in NAMES.items():
        function, _ = key.split("/")
        with contextlib.redirect_stdout(io.StringIO()):
            judgement = judged(function, (UNSEEN / f"{key}.py").read_text("utf-8"))
        if judgement.score == judgement.max_score:
            counts["right on what was tried"] += 1
        elif judgement.mistake is None:
            counts["none"] += 1
        else:
            # What is all that can be told of another stream on the example.
            same = judgement.mistake == "mask-of-another-stream" and "other-random-stream" in names
            counts["right" if judgement.mistake in names or same else f"other: {key}"] += 1
    return counts


def _others(counts: Counter[str]) -> list[str]:
    return [key for key in counts if key.startswith("other: ")]


def test_every_wrong_answer_has_its_names() -> None:
    """Nobody who adds one may leave out what it should be called."""
    files = {f"{path.parent.name}/{path.stem}" for path in UNSEEN.glob("*/*.py")}
    # NumPy draws its masks from the protocol's own numbers: it is right.
    assert files == NAMES.keys()
    assert NAMES.keys() <= files
    assert all(NAMES.values())


def test_wrong_answers_are_called_by_the_right_name() -> None:
    """At least 85 % right, at most 2 % wrong, as the project promises; in fact more, and fewer."""
    counts = _counted(judge_cell)
    assert counts["right on what was tried"] == 0
    assert counts["right"] >= 0.96 * len(NAMES), counts
    assert len(_others(counts)) <= 0.02 * len(NAMES), counts


def test_the_notebook_knows_most_of_them_without_a_formula() -> None:
    """By fingerprints of the answers to the example; what it cannot tell apart there is nearly the same."""
    counts = _counted(_on_the_example)
    tried = len(NAMES) - counts["right on what was tried"]
    assert counts["right"] >= 0.85 * tried, counts


def test_rounding_leaves_a_fingerprint_as_it_is() -> None:
    """Another order of summation, another type, a negative zero."""
    numbers = [[0.1 + 0.2, -0.0], [12345.678, 1e-9]]
    import numpy as np

    array = np.array(numbers)
    for other in (array * (1 + 1e-12), np.array([[0.3, 0.0], [12345.678, 0]])):
        assert fingerprint(other) == fingerprint(array)
    assert fingerprint(array * 1.0001) != fingerprint(array)
    assert fingerprint(array.T) != fingerprint(array)
    assert fingerprint(array.ravel()) != fingerprint(array)


@pytest.mark.parametrize(
    ("function", "file", "hint"),
    [
        ("compute_cost_with_regularization", "factor-two-missing", "twice"),
        ("forward_propagation_with_dropout", "normal-numbers", "bell curve"),
        (
            "forward_propagation_with_dropout",
            "other-seeded-generator",
            "not the one that everybody gets",
        ),
        ("backward_propagation_with_dropout", "scale-forgotten", "not scaled"),
    ],
)
def test_a_student_reads_the_hint_in_the_notebook(function: str, file: str, hint: str) -> None:
    """At once, and without a hidden case."""
    source = (UNSEEN / function / f"{file}.py").read_text("utf-8")
    assert hint in _on_the_example(function, source).message


#: Added together with their names, and so called by them for certain.
ADDED = [
    "compute_cost_with_regularization/fraction-reaches-two-sums",
    "compute_cost_with_regularization/lambda-reaches-one-sum",
    "compute_cost_with_regularization/division-reaches-last-sum",
    "compute_cost_with_regularization/no-brackets-at-all",
    "forward_propagation_with_dropout/a1-masked-anew",
    "forward_propagation_with_dropout/a2-masked-anew",
    "forward_propagation_with_dropout/both-masked-anew",
    "forward_propagation_with_dropout/z2-scaled",
    "forward_propagation_with_dropout/tanh-in-layer-1",
    "forward_propagation_with_dropout/absolute-values",
    "forward_propagation_with_dropout/leaky-relu",
    "forward_propagation_with_dropout/divided-by-the-mean",
    "forward_propagation_with_dropout/scaled-in-the-next-sum",
    "forward_propagation_with_dropout/normal-numbers-in-layer-1",
    "backward_propagation_with_regularization/m-211",
    "backward_propagation_with_regularization/weights-decayed-in-the-gradient",
    "backward_propagation_with_regularization/lambda-times-everything",
    "backward_propagation_with_dropout/m-211",
    "backward_propagation_with_dropout/decay-with-keep-prob",
]


@pytest.mark.parametrize("key", ADDED)
def test_what_was_added_to_the_catalogue_is_known(key: str) -> None:
    """By its one name, and by nothing that follows from it, with the formulas and in the notebook."""
    function, _ = key.split("/")
    source = (UNSEEN / f"{key}.py").read_text("utf-8")
    for judgement in (judge_cell(function, source), _on_the_example(function, source)):
        assert judgement.mistakes == tuple(NAMES[key])
