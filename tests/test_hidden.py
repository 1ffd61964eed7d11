"""Hidden cases: derived from the secret, the same when replayed, different for others, and telling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from testcases import load_assignment
from testcases.core.compare import same
from testcases.core.protocol import Case, Item
from testcases.hidden import check
from testcases.regularization import hidden
from testcases.regularization.answers import CLASSIC, FUNCTIONS
from testcases.regularization.items import DROPOUT_CACHE, PLAIN_CACHE
from testcases.regularization.reference import dropout_cache, dropout_forward
from testcases.secret import NO_SECRET, SECRET_FILE, SecretError, make_secret, read_secret, stream
from tests.solving import SECRET, namespace_of

ITEMS = [item for item in load_assignment("regularization").items if not item.manual]


def _hidden(item: Item, secret: bytes = SECRET, student: str = "ada") -> list[Case]:
    return [case for case in hidden.all_cases(item, secret, student) if case.family != "fixture"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_cases_are_reproducible(item: Item) -> None:
    """The same secret and student give the same cases, bit for bit."""
    for one, other in zip(_hidden(item), _hidden(item), strict=True):
        assert same(one.arguments, other.arguments)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_cases_differ_between_students_and_courses(item: Item) -> None:
    """Neither another student's cases nor another course's are of any use."""
    own = _hidden(item)
    for others in (
        _hidden(item, student="bob"),
        _hidden(item, secret=b"x" * 32),
        _hidden(item, NO_SECRET),
    ):
        for one, other in zip(own, others, strict=True):
            assert not same(one.arguments[0], other.arguments[0])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_case_names_are_unique_and_families_known(item: Item) -> None:
    """Results can be told apart by name, and every family is worth something, or is the oracle's."""
    cases = hidden.all_cases(item, SECRET, "ada")
    assert len({case.name for case in cases}) == len(cases)
    assert {case.family for case in cases} <= {*item.families, "own"}
    assert "general" in {case.family for case in cases}


@pytest.mark.parametrize("student", [f"student-{number}" for number in range(25)])
def test_no_unit_is_dead_in_a_general_case(student: str) -> None:
    """Unlike in the public fixtures, every hidden unit is on somewhere and off somewhere."""
    for item in ITEMS:
        for case in _hidden(item, student=student):
            if case.family != "general" or not case.function.startswith("backward"):
                continue
            cache = case.arguments[2]
            for A in (cache[1], cache[5]) if len(cache) == 12 else (cache[2], cache[7]):
                assert (A > 0).any(axis=1).all()
                assert not (A > 0).all(axis=1).any()


def _is_telling(Z: np.ndarray, D: np.ndarray, keep_prob: float) -> bool:
    """What is said of a layer of a general case: units alive, active ones masked."""
    A = np.maximum(Z, 0) * D
    alive = (A > 0).any(axis=1).all() and not (A > 0).all(axis=1).any()
    return bool(alive and (keep_prob == 1 or ((Z > 0) & ~D).any()))


@pytest.mark.parametrize("student", [f"student-{number}" for number in range(10)])
def test_general_cases_are_telling(student: str) -> None:
    """No layer is dead, masks switch off what is active, and no output of a cache is saturated."""
    for item in ITEMS:
        for case in (case for case in _hidden(item, student=student) if case.family == "general"):
            named = dict(zip(case.argument_names, case.arguments, strict=True))
            keep_prob = named.get("keep_prob", 1.0)
            if "cache" in named:
                names = DROPOUT_CACHE if len(named["cache"]) == len(DROPOUT_CACHE) else PLAIN_CACHE
                seen = dict(zip(names, named["cache"], strict=True))
            elif "X" in named:
                seen = dropout_forward(named["X"], named["parameters"], keep_prob)
            else:
                seen = {"A3": named["A3"]}
            if "X" not in named or "cache" in named or keep_prob == 1:
                assert np.abs(seen["A3"] - 0.5).max() < 0.48
            for layer in (1, 2) if "Z1" in seen else ():
                Z = seen[f"Z{layer}"]
                D = seen.get(f"D{layer}", np.ones(Z.shape, dtype=bool))
                assert _is_telling(Z, D, keep_prob)


def test_arrays_of_one_case_belong_together() -> None:
    """X, masks, cache and parameters are of one network: the cache is what a forward pass gives."""
    for item in ITEMS:
        for case in _hidden(item):
            if case.function != "backward_propagation_with_dropout":
                continue
            X, _, cache, keep_prob = case.arguments
            entries = dict(zip(DROPOUT_CACHE, cache, strict=True))
            again = dropout_cache(X, entries, entries["D1"], entries["D2"], keep_prob)
            for one, other in zip(cache, again, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_search_for_a_telling_case_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes that never give a telling network are an error with a reason, not a hanging grader."""
    monkeypatch.setattr(hidden, "_MAX_BATCHES", 3)
    with pytest.raises(hidden.UntellingCaseError, match="none of 36 draws"):
        hidden._telling(lambda: ({}, np.zeros(hidden._BATCH, dtype=bool)))


def test_hyperparameters_differ_from_the_example() -> None:
    """No general case can be passed with the example's λ or keep_prob built in."""
    examples = dict(zip(FUNCTIONS, (0.1, 0.7, 0.7, 0.8), strict=True))
    for number in range(50):
        for item in ITEMS:
            for case in _hidden(item, student=str(number)):
                if case.function in examples and case.family == "general":
                    assert abs(case.arguments[-1] - examples[case.function]) > 0.02


@pytest.mark.parametrize("fill_in", range(20))
def test_right_answers_pass_for_every_student(fill_in: int) -> None:
    """No draw of cases makes a right answer look wrong."""
    from testcases.core.check import run

    assignment = load_assignment("regularization")
    namespace = namespace_of(CLASSIC)
    for item in ITEMS:
        cases = assignment.cases(item, SECRET, f"student {fill_in} ü")
        judgement = run(item, cases, assignment.oracle, assignment.drivers, namespace)
        assert judgement.verdict == "correct", judgement.message


def test_streams_are_frozen() -> None:
    """The stream of given names is the same on every platform and NumPy version, for replays."""
    drawn = stream(SECRET, "regularization", "training", "ada").randn(2)
    np.testing.assert_array_equal(drawn, [0.42904261483020556, -1.6890517647486158])


def test_names_are_kept_apart() -> None:
    """('ab', 'c') and ('a', 'bc') are different streams."""
    assert stream(SECRET, "ab", "c").rand() != stream(SECRET, "a", "bc").rand()


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    """The first run makes a secret only its owner can read; later runs keep it."""
    assert read_secret(tmp_path) == NO_SECRET
    secret = make_secret(tmp_path)
    assert len(secret) == 32
    assert make_secret(tmp_path) == read_secret(tmp_path) == secret
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31, "geheim ü"])
def test_damaged_secret_is_refused(tmp_path: Path, content: str) -> None:
    """A secret that cannot be the course's is an error with a remedy, never a silent other one."""
    (tmp_path / SECRET_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SecretError, match="Restore it from your backup"):
        read_secret(tmp_path)


def test_check_in_a_notebook_finds_student_and_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under plain nbgrader the test cell finds out by itself whose cases to draw."""
    (tmp_path / "nbgrader_config.py").touch()
    secret = make_secret(tmp_path)
    folder = tmp_path / "autograded" / "ada" / "regularization"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    namespace = namespace_of(CLASSIC)
    seen: list[object] = []
    solve = namespace["compute_cost_with_regularization"]

    def spy(*arguments: object) -> object:
        seen.append(arguments)
        return solve(*arguments)

    points = check("compute_cost_with_regularization", {**namespace, solve.__name__: spy})
    assert float(points) == 15
    assert "15 of 15" in capsys.readouterr().out
    own = hidden.all_cases(ITEMS[0], secret, "ada")
    assert all(same(case.arguments, called) for case, called in zip(own, seen, strict=True))
