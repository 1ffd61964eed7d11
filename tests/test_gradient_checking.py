"""The second assignment: right, wrong and unfinished answers get what they deserve, with the same grader."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import testcases
from grader.cli import main
from grader.course import Course
from grader.shipping import files_in
from grader.synthetic import read_handout, write_class
from testcases import load_assignment
from testcases.core.check import run
from testcases.core.examples import ExampleOracle
from testcases.core.judge import judge
from testcases.core.protocol import Item, Judgement, Observation, SampleSubmission
from testcases.gradient_checking import network, reference
from testcases.gradient_checking.fixtures import stale_fixtures
from testcases.gradient_checking.items import make_cost
from testcases.gradient_checking.public import public_cases, public_oracle
from testcases.gradient_checking.wrong_answers import BACKWARD, HEAD, LOOP, WRONG

from .conftest import REPOSITORY, copy_course
from .solving import SECRET, run_cell

NAME = "gradient_checking"
ASSIGNMENT = load_assignment(NAME)
ITEMS = {item.name: item for item in ASSIGNMENT.items if not item.manual}
STYLES = Path(testcases.__file__).parent / NAME / "styles"


@cache
def cells(room: str) -> Mapping[str, str]:
    """The code cells of the notebook in source/ or release/, by grade_id."""
    path = REPOSITORY / room / NAME / f"{NAME}.ipynb"
    return {
        cell["id"]: "".join(cell["source"])
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    }


def namespace_with(source: str) -> dict[str, Any]:
    """What the notebook has defined when a cell with this text has run behind the right answers."""
    given = {name: getattr(network, name) for name in dir(network) if not name.startswith("_")}
    namespace = {"np": np, **given}
    run_cell(cells("source")["colleagues_version"], namespace)
    for function in ITEMS:
        run_cell(cells("source")[function], namespace)
    run_cell(source, namespace)
    return namespace


def judged(
    function: str, source: str, oracle: ExampleOracle | None = None, student: str = "ada"
) -> Judgement:
    """The word of the grading judge on one cell; with the public oracle, of the notebook's."""
    item = ITEMS[function]
    cases = public_cases(item) if oracle else ASSIGNMENT.cases(item, SECRET, student)
    with contextlib.redirect_stdout(io.StringIO()):
        namespace = namespace_with(source)
        return run(item, cases, oracle or ASSIGNMENT.oracle, ASSIGNMENT.drivers, namespace)


# ------------------------------------------------------------------- the formulas


def test_central_differences_come_out_as_by_hand() -> None:
    """For a cubic the formula's value is known: the derivative and ε², to the last digit."""
    cost = make_cost("powers", (np.array([1.0, 2.0, 3.0]),))
    found = reference.central_differences(cost, np.array([2.0, -1.0, 1.0]), 0.01)
    np.testing.assert_allclose(found, [1, -4, 6 + 2 * 0.01**2], rtol=1e-12)


def test_relative_difference_comes_out_as_by_hand() -> None:
    """Vectors whose lengths are whole numbers; and two zeros, which are equal."""
    a, b = np.array([2.0, -1.0, 2.0, 0.0]), np.array([2.0, -1.0, 2.0, 4.0])
    assert reference.relative_difference(a, b) == pytest.approx(4 / (3 + 5), rel=1e-15)
    assert reference.relative_difference(0 * a, 0 * b) == 0


@pytest.mark.parametrize("sizes", [(2, 3, 8), (5, 1, 4), (3, 6, 1)])
def test_gradients_are_those_of_the_cost(sizes: tuple[int, int, int]) -> None:
    """The reference's backward pass agrees with derivatives taken with imaginary steps.

    Those have no rounding error, and know nothing of either formula.
    """
    n_x, n_h, m = sizes
    rng = np.random.RandomState(5)
    X, Y = rng.randn(n_x, m), (rng.rand(1, m) < 0.5).astype(int)
    parameters = network.initialize_parameters(n_x, n_h)
    theta, step = network.to_vector(parameters), 1e-30

    def slope(i: int) -> float:
        moved = theta + 1j * step * (np.arange(theta.size) == i)
        A2, _ = network.forward_propagation(X, network.to_parameters(moved, n_x, n_h))
        cost: complex = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        return cost.imag / step

    _, cache = network.forward_propagation(X, parameters)
    found = network.to_vector(reference.backward(X, Y, cache), "d")
    np.testing.assert_allclose(found, [slope(i) for i in range(theta.size)], rtol=1e-11, atol=1e-14)


def test_public_numbers_are_up_to_date() -> None:
    """What students get is what the formulas give today."""
    assert stale_fixtures() == []


def test_hidden_cases_hang_on_student_and_secret() -> None:
    """The same three give the same cases, another student or secret gives others."""
    for item in ITEMS.values():
        first, again, bob, elsewhere = (
            repr(ASSIGNMENT.cases(item, secret, student))
            for secret, student in (
                (SECRET, "ada"), (SECRET, "ada"), (SECRET, "bob"), (b"another", "ada"),
            )
        )  # fmt: skip
        assert first == again
        assert len({first, bob, elsewhere}) == 3


# --------------------------------------------------------------------- right answers

RIGHT = sorted(STYLES.glob("*/*.py"))


def test_there_are_styles_of_every_function() -> None:
    """At least twelve in all."""
    assert len(RIGHT) >= 12
    assert {path.parent.name for path in RIGHT} == set(ITEMS)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_right_answer_earns_everything_in_any_style(path: Path) -> None:
    """However it is written, in the grading and in the notebook."""
    text = path.read_text("utf-8")
    for oracle in (None, public_oracle()):
        judgement = judged(path.parent.name, text, oracle)
        assert judgement.verdict == "correct", judgement.message


@pytest.mark.parametrize("function", ITEMS)
def test_an_untouched_cell_earns_nothing(function: str) -> None:
    """A gap that is still empty is told as that."""
    judgement = judged(function, cells("release")[function])
    assert (judgement.score, judgement.verdict) == (0, "not_attempted")


def test_a_finished_layer_counts_while_the_other_is_open() -> None:
    """Who has mended layer 2 has half of the points before layer 1 is begun."""
    text = cells("source")["backward_propagation"]
    begin = text.rindex("### BEGIN SOLUTION")
    end = text.rindex("### END SOLUTION")
    judgement = judged(
        "backward_propagation", text[:begin] + "raise NotImplementedError\n" + text[end:]
    )
    assert judgement.score == 6


# --------------------------------------------------------------------- wrong answers


@pytest.mark.parametrize(
    ("function", "name", "body", "shows"),
    WRONG,
    ids=[f"{number}-{name}" for number, (_, name, _, _) in enumerate(WRONG)],
)
def test_a_mistake_is_named_and_costs_points(
    function: str, name: str, body: str, shows: bool
) -> None:
    """In the grading always, and in the notebook wherever the example shows it."""
    judgement = judged(function, HEAD[function] + body)
    assert judgement.score < judgement.max_score
    assert judgement.mistake == name, judgement.message
    on_example = judged(function, HEAD[function] + body, public_oracle())
    assert (on_example.mistake == name) == shows, on_example.message
    assert shows or on_example.verdict == "correct"


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_no_way_of_the_catalogue_earns_everything(item: Item) -> None:
    """Each way to each known mistake costs points, and there is one for each name."""
    cases, tried = ASSIGNMENT.cases(item, SECRET, "ada"), set()
    by_entry = replace(item, unpack=lambda value: value)
    stones = ASSIGNMENT.touchstones()
    for name, answers in stones.wrong(item, cases):
        tried.add(name)
        seen = [
            Observation("returned", entries, case.arguments)
            for case, entries in zip(cases, answers, strict=True)
        ]
        judgement = judge(by_entry, cases, seen, ASSIGNMENT.oracle)
        assert judgement.score < item.points, name
    assert tried == set(stones.mistakes[item.name])


def test_a_report_has_words_for_every_mistake() -> None:
    """Hint and note of each mistake of the catalogue are at hand for the instructor's report."""
    texts = ASSIGNMENT.mistakes()
    for item, names in ASSIGNMENT.touchstones().mistakes.items():
        assert all(texts[item][name].hint for name in names), item


def test_hints_are_short_and_give_no_line_away() -> None:
    """What students read is a few sentences; no piece of the solution stands in them."""
    hints = json.loads((STYLES.parent / "hints.json").read_text("utf-8"))
    for function, known in hints.items():
        for name, hint in known["hints"].items():
            assert len(hint) <= 240, (function, name)
            for piece in ("1 - A1**2", "2 * epsilon)", "/ lengths", "np.linalg.norm(g"):
                assert piece not in hint


def test_hints_tell_only_what_the_judge_knows() -> None:
    """It has seen numbers that came back: not how a line is written, nor what the student's own check said."""
    for known in json.loads((STYLES.parent / "hints.json").read_text("utf-8")).values():
        for hint in known["hints"].values():
            assert not re.search(
                r"\byour (own )?(check|line|code|plot|table)\b", hint, re.IGNORECASE
            )


_SIZES = "    d, s = n(g - a), n(g) + n(a)\n"
#: Right nearly everywhere: a function, the piece of the body that is replaced, and by what.
NEARLY_RIGHT: list[tuple[str, str, str]] = [
    *(
        ("relative_difference", "FORMULA", formula)
        for formula in (
            "d / s if a.any() else 0.0",
            "d / s if g.any() else 0.0",
            "0.0 if np.allclose(g, a) else d / s",
            "0.0 if np.allclose(g, a, rtol=1e-7, atol=0) or not s else d / s",
            "0.0 if d < 1e-6 else d / s",
            "0.0 if np.isclose(d, 0) else d / s",
            "0.0 if s < 1e-6 else d / s",
            "d / max(s, 1e-6)",
            "d / max(s, 1e-8)",
            "d / (s + 1e-12)",
        )
    ),
    ("backward_propagation", '"dW1": dW1', '"dW1": np.clip(dW1, -1, 1)'),
    ("backward_propagation", "A2 - Y", "np.clip(A2, .01, .99) - Y"),
    ("backward_propagation", "A2 - Y", "np.minimum(A2, .99) - Y"),
    ("backward_propagation", "1 - A1**2", "np.where(abs(A1) > .9999, 0, 1 - A1**2)"),
    *(("numerical_gradient", "1e-7", default) for default in ("1e-8", "1e-6", "1e-5", "1e-4", "1e-3")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "old", "new"), NEARLY_RIGHT, ids=[new for _, _, new in NEARLY_RIGHT]
)
def test_what_is_right_nearly_everywhere_loses_the_edge_cases(
    function: str, old: str, new: str
) -> None:
    """What fails on close, tiny or zero vectors, in saturation or with the default: always, by a fifth."""
    bodies = {
        "numerical_gradient": LOOP,
        "relative_difference": f"{_SIZES}    return FORMULA\n",
        "backward_propagation": BACKWARD,
    }
    text = (HEAD[function] + bodies[function]).replace(old, new)
    # Of backward propagation, layer 2 may be right.
    share = 0.9 if "dW1" in new or "A1**2" in new else 0.8
    for student in ("ada", "bob", "eve"):
        judgement = judged(function, text, student=student)
        assert judgement.score == pytest.approx(share * judgement.max_score), judgement.message
    assert judged(function, text, public_oracle()).verdict == "correct"


def test_a_changed_default_is_named() -> None:
    """Whoever changed the step width in the line with def is told so."""
    text = (HEAD["numerical_gradient"] + LOOP).replace("1e-7", "1e-4")
    assert judged("numerical_gradient", text).mistakes == ("default-changed",)


def test_a_rounded_difference_earns_the_example_whatever_was_drawn() -> None:
    """Digits cut off show in every draw alike: a score must not hang on luck."""
    text = f"{HEAD['relative_difference']}{_SIZES}    return np.round(d / s, 5) if s else 0.0\n"
    scores = {
        judged("relative_difference", text, student=f"s{number}").score for number in range(20)
    }
    assert scores <= {0.0, 2.0}
    assert len(scores) == 1


@pytest.mark.parametrize(
    "value", ["None", "'0.3'", "[0.3]", "(0.3,)", "{}", "1j", "np.array('a')", "10**400", "print"]
)
def test_what_is_no_number_is_magnified_into_none(value: str) -> None:
    """The driver hands on what is no number as it is, and the judge says what should come back."""
    judgement = judged("relative_difference", f"{HEAD['relative_difference']}    return {value}\n")
    assert (judgement.score, judgement.verdict) == (0, "incorrect"), judgement.message


def test_theta_in_place_is_seen_and_costs_a_tenth() -> None:
    """A gradient that is right, by steps in the caller's own vector, is reported as that."""
    body = """    out = np.zeros(theta.shape)
    for i in range(theta.size):
        theta[i] += epsilon
        ahead = cost(theta)
        theta[i] -= 2 * epsilon
        out[i] = (ahead - cost(theta)) / (2 * epsilon)
    return out
"""
    judgement = judged("numerical_gradient", HEAD["numerical_gradient"] + body)
    assert "inputs-changed" in judgement.mistakes
    assert "changes its input `theta`" in judgement.message


def test_a_broken_cell_is_explained() -> None:
    """The function behind a cost is called by a driver; its cell's syntax error is told all the same."""
    namespace: dict[str, Any] = {"np": np}
    run_cell("def numerical_gradient(cost, theta:\n    pass\n", namespace)
    item = ITEMS["numerical_gradient"]
    cases = public_cases(item)
    judgement = run(item, cases, public_oracle(), ASSIGNMENT.drivers, namespace)
    assert judgement.verdict == "error"
    assert "run its cell first (line 1:" in judgement.message


# ------------------------------------------------------------------- the whole course


def test_with_two_assignments_one_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command asks which one is meant, and names both."""
    for command in ("release", "grade", "feedback", "report", "verify", "demo"):
        assert main([command, "--course-dir", str(REPOSITORY)]) == 2
        assert "Name one of gradient_checking, regularization." in capsys.readouterr().err


_ALONE = """
import builtins, json, sys
import matplotlib

matplotlib.use("agg")
own = builtins.__import__

def guarded(name, *more, **options):
    if name.split(".")[0] in ("testcases", "grader", "datasets", "nbgrader", "scipy"):
        raise ImportError(name)
    return own(name, *more, **options)

builtins.__import__ = guarded
sys.path.insert(0, "")
space, errors = {"__name__": "__main__"}, []
for cell in json.load(open("gradient_checking.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        try:
            exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
        except NotImplementedError:
            errors.append(cell["id"])
print("\\n" + json.dumps(errors))
"""


def test_the_release_runs_alone() -> None:
    """With NumPy and Matplotlib only; open gaps stop just the cells that are tagged for it."""
    folder = REPOSITORY / "release" / NAME
    done = subprocess.run(
        [sys.executable, "-c", _ALONE], cwd=folder, capture_output=True, text=True, check=True
    )
    notebook = json.loads((folder / f"{NAME}.ipynb").read_text("utf-8"))
    tagged = [
        cell["id"]
        for cell in notebook["cells"]
        if "raises-exception" in cell["metadata"].get("tags", [])
    ]
    assert json.loads(done.stdout.splitlines()[-1]) == tagged
    assert "numerical_gradient: 0 of 20 points on the example" in done.stdout


@pytest.fixture(scope="module")
def class_of_two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, list[dict[str, Any]]]:
    """A course with this assignment alone: released, handed in by the sample class, and graded."""
    course = copy_course(tmp_path_factory.mktemp("second") / "course", NAME)
    place = ["--course-dir", str(course.root)]
    assert main(["release", *place]) == 0
    solved = {name: cells("source")[name] for name in ITEMS}
    full = SampleSubmission("solved", "the solution", {}, solved, {})
    for _ in write_class(read_handout(course, NAME), [full, *sample()]):
        pass
    lines = course.root / "lines.jsonl"
    assert main(["grade", *place, "--jobs", "2", "--json", str(lines)]) == 0
    return course, [json.loads(line) for line in lines.read_text("utf-8").splitlines()]


def sample() -> list[SampleSubmission]:
    """Of each kind of student one."""
    return [one for place, one in enumerate(ASSIGNMENT.sample_class(6, 1)) if place not in (1, 3)]


@pytest.mark.slow
def test_committed_release_is_current(class_of_two: tuple[Course, list[dict[str, Any]]]) -> None:
    """What is in git under release/ is what `grader release` makes of what is under source/."""
    made, committed = class_of_two[0].release(NAME), REPOSITORY / "release" / NAME
    assert files_in(made) == files_in(committed)
    for path in files_in(made):
        assert (made / path).read_bytes() == (committed / path).read_bytes(), path


@pytest.mark.slow
def test_the_same_grader_grades_it(class_of_two: tuple[Course, list[dict[str, Any]]]) -> None:
    """In the jail the solution earns all that is not read by a person, and each student the due."""
    results = {line["student"]: line for line in class_of_two[1]}
    assert (results["solved"]["score"], results["solved"]["max_score"]) == (42, 50)
    for student in sample():
        found = {item["grade_id"]: item["verdict"] for item in results[student.student]["items"]}
        assert found == {**student.expected, "explanation": found["explanation"]}, student.student
