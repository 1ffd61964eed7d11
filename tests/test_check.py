"""`check` and `progress_report` as students meet them, and the pieces they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from testcases.core.check import MIME_TYPE, WIDTH, wrapped
from testcases.core.compare import as_array, difference, same
from testcases.core.observe import MAX_BYTES, observe, plain
from testcases.core.protocol import Case, Opaque
from testcases.regularization.answers import BACK_DROPOUT, BACK_L2, CLASSIC, COST, FORWARD, Answer
from testcases.regularization.public import check, progress_report
from tests.solving import fill, namespace_of


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, wherever its lines end."""
    return " ".join(capsys.readouterr().out.split())


def test_a_right_answer_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    """All points on the example, and a word that grading looks further."""
    points = check(COST, namespace_of(CLASSIC))
    assert float(points) == 15
    assert "Grading looks at other data" in _said(capsys)


def test_the_result_is_read_as_points_by_nbgrader() -> None:
    """The cell's result shows as a plain number and carries the judgement for the grader."""
    bundle, _ = InteractiveShell.instance().display_formatter.format(
        check(COST, namespace_of(CLASSIC))
    )
    assert bundle["text/plain"] == "15.0"
    assert bundle[MIME_TYPE]["grade_id"] == "test_compute_cost_with_regularization"


def test_zero_points_are_a_number_too() -> None:
    """No output would mean full marks to nbgrader, so zero is shown as 0.0."""
    bundle, _ = InteractiveShell.instance().display_formatter.format(check(COST, {}))
    assert bundle["text/plain"] == "0.0"


def test_a_wrong_value_is_shown_beside_the_expected_one(capsys: pytest.CaptureFixture[str]) -> None:
    """On the example the message says where, what was returned, and what should be there."""
    gaps = (*CLASSIC[BACK_L2].gaps[:2], "dW1 = 1 / m * np.dot(dZ1, X.T)")
    points = check(BACK_L2, namespace_of({BACK_L2: Answer(gaps)}))
    said = _said(capsys)
    assert float(points) == 14
    assert "✔ layer 2: dW2" in said
    assert "`dW1[" in said
    assert "should be" in said


def test_what_rests_on_a_wrong_part_waits(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the formulas, layer 1 is not called wrong while layer 2 is."""
    gaps = ("dA2 = dA2 * D2", CLASSIC[BACK_DROPOUT].gaps[1])
    check(BACK_DROPOUT, namespace_of({BACK_DROPOUT: Answer(gaps)}))
    assert "mend that one first" in _said(capsys)


def test_an_error_names_the_students_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The message gives the line number in the cell and what the error usually means."""
    gaps = ("L2_regularization_cost = lambda_ * np.sum(W1)",)
    cell = fill(COST, gaps)
    check(COST, namespace_of({COST: Answer(cell=cell)}))
    said = _said(capsys)
    line = cell.splitlines().index("    L2_regularization_cost = lambda_ * np.sum(W1)") + 1
    assert f"line {line}" in said
    assert "NameError: name 'lambda_' is not defined" in said
    assert "typing slip" in said


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ("for layer in rangee(3):\n    pass", "did you mean the name `range`?"),
        ("L2_regularization_cost = np.sum(W1, keepdims=true)", "the name `True`? Capitals count."),
        ("L2_regularization_cost = 2 * summ", "used before it has a value"),
        ("L2_regularization_cost = lamda * summ(W1)", "did you mean the name `lambd`?"),
    ],
)
def test_a_slip_in_a_name_of_pythons_own_is_told(
    gap: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A function is meant only where it is called: `summ` alone is a variable of the student's."""
    check(COST, namespace_of({COST: Answer(cell=fill(COST, (gap,)))}))
    assert words in _said(capsys)


@pytest.mark.parametrize(
    ("gap", "end"),
    [
        ("np.ones((3, 5)) * np.ones((2, 5))", "shapes (3,5) (2,5). The shapes or values"),
        ("raise ValueError('Too large!')", "ValueError: Too large! The shapes or values"),
    ],
)
def test_what_an_exception_says_ends_with_one_stop(
    gap: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """NumPy ends some messages with a blank, and who writes their own may have ended the sentence."""
    check(COST, namespace_of({COST: Answer(cell=fill(COST, (gap,)))}))
    assert end in _said(capsys)


def test_a_missing_function_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """A cell that has not been run yet is told so."""
    assert float(check(FORWARD, {})) == 0
    assert "Run the cell that defines it first" in _said(capsys)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [(("cost", {}), ValueError, "no such part"), ((COST, None), TypeError, r"globals\(\)")],
)
def test_misuse_of_check_is_explained(arguments: tuple, error: type, words: str) -> None:
    """Calling `check` wrongly says how to call it."""
    with pytest.raises(error, match=words):
        check(*arguments)


def test_progress_report_names_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    """Done, partly done, not started: one line each."""
    answers = {COST: CLASSIC[COST], BACK_L2: Answer((*CLASSIC[BACK_L2].gaps[:2], "dW1 = W1"))}
    progress_report(namespace_of(answers))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert max(map(len, lines)) <= WIDTH
    progress_report({})
    assert _said(capsys).count("not run yet") == 5
    assert "right on the example" in lines[0]
    assert "partly right" in lines[1]
    assert "empty gap" in lines[2]
    assert lines[5].endswith("write it; a person reads it")


MARKED = """area: 4 of 10 points
  ✘ the circle
      On the example your function stopped at line 2 of `area`, `radius ** 2 * 3.141592653589` with ValueError.
  → Shapes such as (3, 5) and (2, 5) fit only where one of them is 1, and these do not, do they? (10, 20, 30)."""


def test_what_is_printed_is_broken_between_words_and_hangs_under_its_mark() -> None:
    """JupyterLab breaks a long line anywhere and the formgrader cuts it off, so none is long; code stays whole."""
    lines = wrapped(MARKED).split("\n")
    assert max(map(len, lines)) <= WIDTH
    assert lines == [
        *MARKED.split("\n")[:2],
        "      On the example your function stopped at line 2 of `area`,",
        "      `radius ** 2 * 3.141592653589` with ValueError.",
        "  → Shapes such as (3, 5) and (2, 5) fit only where one of them is 1,",
        "    and these do not, do they? (10, 20, 30).",
    ]


@given(st.text("ab `(1,)→✘\n", max_size=400))
@settings(deadline=None)
def test_nothing_is_lost_where_a_line_is_broken(text: str) -> None:
    """Whatever an exception says, every word of it is printed, in its order, and short lines as they are."""
    assert wrapped(text).split() == text.split()
    for line in filter(lambda line: len(line) <= WIDTH, text.split("\n")):
        assert line in wrapped(text).split("\n")


def test_a_check_prints_what_it_hands_on(capsys: pytest.CaptureFixture[str]) -> None:
    """The notebook shows the message in short lines; the judgement keeps each sentence in one."""
    gaps = ("L2_regularization_cost = lambd / m * np.sum(W1)",)
    message = check(COST, namespace_of({COST: Answer(gaps)})).judgement.message
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= WIDTH < max(map(len, message.splitlines()))
    assert printed.split() == message.split()


def _case(*arguments: object) -> Case:
    names = tuple(f"a{number}" for number in range(len(arguments)))
    return Case("c", "fixture", "f", arguments, names, "the example")


def test_the_students_function_gets_copies() -> None:
    """Whatever a function does to its arguments, the case stays as it was, and the change is seen."""
    X = np.ones((2, 2))

    def f(a0: np.ndarray) -> float:
        a0[:] = 5
        return 1.0

    seen = observe(_case(X), {"f": f}, {})
    assert np.all(X == 1)
    assert np.all(seen.arguments_after[0] == 5)


@pytest.mark.parametrize(
    "error", [SystemExit(1), RecursionError("deep"), ValueError("no"), KeyError("k")]
)
def test_whatever_is_raised_is_an_observation(error: BaseException) -> None:
    """Not even sys.exit() ends the check."""

    def f() -> None:
        raise error

    seen = observe(_case(), {"f": f}, {})
    assert seen.outcome == "raised"
    assert seen.fault is not None
    assert seen.fault.type == type(error).__name__


def test_an_exception_that_cannot_be_printed_is_survived() -> None:
    """str() of a student's exception may itself raise."""

    class NastyError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def f() -> None:
        raise NastyError

    seen = observe(_case(), {"f": f}, {})
    assert seen.fault is not None
    assert seen.fault.type == "NastyError"


def test_plain_copies_numbers_and_marks_the_rest() -> None:
    """Arrays, numbers and containers come through; everything else is named, not kept."""
    loop: list[object] = []
    loop.append(loop)
    value = plain({"a": [1, np.float32(2)], 3: None, "f": print, "c": np.array(1j), "l": loop})
    assert same(value["a"], (1, np.array(2, dtype=np.float32)))
    assert list(value) == ["a", "a key of type int", "f", "c", "l"]
    assert value["f"] == Opaque("an object of type builtin_function_or_method")
    assert value["c"] == Opaque("an array of dtype complex128")


@pytest.mark.parametrize("huge", [[0] * 100_000, np.zeros(MAX_BYTES // 8 + 1)])
def test_huge_answers_are_not_copied(huge: object) -> None:
    """An answer out of all proportion is turned away before it fills the memory."""
    assert plain(huge) == Opaque("something far larger than the answer")


@pytest.mark.parametrize(
    ("returned", "kind"),
    [
        (None, "none"),
        ("x", "type"),
        (Opaque("an object"), "type"),
        (np.ones((3, 2)), "shape"),
        (np.ones(6), "shape"),
        (np.full((2, 3), np.nan), "nonfinite"),
        (np.full((2, 3), 1.001), "values"),
        (((1, 2), (3,)), "type"),
    ],
)
def test_each_kind_of_difference_is_told_apart(returned: object, kind: str) -> None:
    """The message depends on whether type, shape or values are wrong."""
    found = difference(np.ones((2, 3)), returned)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "returned", [np.ones((2, 3), dtype=bool), ((1, 1, 1), (1, 1, 1)), np.ones((2, 3)) + 1e-7]
)
def test_equal_in_value_is_equal(returned: object) -> None:
    """Kind of number and rounding make no difference."""
    assert difference(np.ones((2, 3)), returned) is None


SPECIAL = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 1e308, -1e308, np.inf, -np.inf, np.nan, 1e-7, 1 + 1e-5, 1 + 1.0001e-5]
)
NUMBERS = st.lists(SPECIAL | st.floats(), min_size=1, max_size=6)


@given(wanted=NUMBERS, shift=st.lists(SPECIAL, min_size=6, max_size=6), own=st.booleans())
@settings(deadline=None)
def test_an_array_is_compared_as_a_list_of_its_numbers_is(
    wanted: list[float], shift: list[float], own: bool
) -> None:
    """The short way for the usual right answer never says anything but what the long way says."""
    want = np.array(wanted)
    with np.errstate(all="ignore"):
        got = np.array(shift[: len(wanted)]) if own else want + 1e-7 * np.array(shift)[: want.size]
        assert repr(difference(want, got)) == repr(difference(want, tuple(got.tolist())))


@pytest.mark.parametrize(
    ("expected", "returned", "kind"),
    [(np.inf, -np.inf, "nonfinite"), (np.inf, np.inf, "nonfinite"), (np.nan, np.nan, "nonfinite")],
)
def test_what_is_not_finite_is_never_right(expected: float, returned: float, kind: str) -> None:
    """Not even where following through from a student's wild values expects it."""
    with np.errstate(all="ignore"):
        found = difference(np.array([expected]), np.array([returned]))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (np.array([0.0]), np.array([-0.0]), True),
        (np.array([np.nan]), np.array([np.nan]), True),
        (np.array([np.nan]), -np.array([np.nan]), True),
        (np.array([1.0]), np.array([1], dtype=np.int8), True),
        (np.array([1.0]), np.array([1.0], dtype=">f8"), True),
        (np.ones((2, 3)), np.asfortranarray(np.ones((2, 3))), True),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 3.0], [2.0, 4.0]]), False),
        (np.ones((2, 3)), np.ones((3, 2)), False),
        (np.array([1.0]), np.array([1.0 + 1e-15]), False),
        (np.zeros(2), np.zeros(2).tolist(), False),
    ],
)
def test_arguments_are_the_same_if_their_numbers_are(
    before: np.ndarray, after: object, expected: bool
) -> None:
    """Kind of number, order in memory and sign of zero are no damage; the least change of a value is."""
    assert same(before, after) is expected


def test_the_largest_difference_is_reported() -> None:
    """The place shown to the student is the worst one."""
    got = np.zeros((2, 2))
    got[1, 0] = -3
    found = difference(np.zeros((2, 2)), got)
    assert found is not None
    assert (found.index, found.returned, found.wrong, found.size) == ((1, 0), -3, 1, 4)


def test_ragged_lists_are_no_arrays() -> None:
    """A list of lists counts as an array only if its rows match."""
    assert as_array(((1, 2), (3, 4))) is not None
    assert as_array(((1, 2), (3,))) is None
    assert as_array(()) is None
