"""Mutants are made of every kind of slip, and the proof tells a good judge from a bad one."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.mutation import DELETED, Mutant, NoFunctionError, mutants_of
from grader.nbgrader_course import Markers
from grader.proof import Proof, Solved, prove
from testcases.core.protocol import Assignment
from tests.solving import solution_cells
from tests.toy import SOLUTION, TOY, dull_cases, no_stones, wrong_stones

MARKERS = Markers(
    ("### BEGIN SOLUTION", "### END SOLUTION"), ("### BEGIN HIDDEN", "### END HIDDEN"), ("=1", "=2"),
    "", "",
)  # fmt: skip

#: A statement, and changes that must be among those made of it.
KINDS = [
    ("y = a / m", ["a / m → a * m", "a / m → a // m", "a / m → a", "a / m → m / a", "a → m"]),
    ("y = a @ m", ["a @ m → a * m", "a @ m → m @ a"]),
    ("y = a ** 2", ["a ** 2 → a * 2", "2 → 3", "2 → 1", "2 → 1.0", "a → -a"]),
    ("y = 0.5 * a", ["0.5 → 1.0", "0.5 → 0.25", "0.5 * a → a"]),
    ("y = -a", ["-a → a"]),
    ("y = not a", ["not a → a"]),
    ("y = a < m", ["a < m → a <= m", "a < m → a > m", "a < m → a == m"]),
    ("y = a and m", ["a and m → a or m", "a and m → m"]),
    ("y = a if m else 1", ["a if m else 1 → 1 if m else a", "a if m else 1 → a"]),
    ("y = a * (m + 1)", ["a * (m + 1) → a * m + 1", "m + 1 → m", "m + 1 → 1"]),
    ("y = a / 2 * m", ["a / 2 * m → a / (2 * m)", "a / 2 * m → 2 * m"][:1]),
    ("y = np.dot(a, m.T)", ["np.dot → np.multiply", "m.T → m", "np.dot(a, m.T) → np.dot(m.T, a)"]),
    ("y = np.log(a)", ["np.log → np.log1p", "np.log(a) → a", "a → a.T"]),
    ("y = np.random.rand(*a.shape)", ["np.random.rand → np.random.randn"]),
    ("y = sum(a)", ["sum → max"]),
    (
        "y = np.sum(a, axis=1, keepdims=True)",
        [
            "np.sum → np.mean",
            "1 → 0",
            "True → False",
            "np.sum(a, axis=1, keepdims=True) → np.sum(a, axis=1)",
            "np.sum(a, axis=1, keepdims=True) → np.sum(a, keepdims=True)",
        ],
    ),
    ("y = a.shape[1]", ["1 → 0"]),
    ("y = (a, m)", ["(a, m) → (m, a)", "(a, m) → (m,)"]),
    ("y = {'p': a, 'q': m}", ["{'p': a, 'q': m} → {'q': a, 'p': m}", "{'p': a, 'q': m} → {'q': m}"]),
    ("y = a['p'] + a['q']", ["'p' → 'q'"]),
    ("y = a", [f"y = a → {DELETED}"]),
    ("y = a\n    y += m", ["y += m → y -= m", "y += m → y = m"]),
    ("y = a\n    if m:\n        y = 1", ["if m: → if not m:", "1 → 0"]),
]  # fmt: skip


def _function(statements: str) -> str:
    return f"def f(a, m):\n    {statements}\n    return y\n"


@pytest.mark.parametrize(("statements", "wanted"), KINDS)
def test_every_kind_of_slip_is_made(statements: str, wanted: list[str]) -> None:
    """Operators, signs, constants, names, functions, keywords, indices, orders, whole statements."""
    made = {mutant.change for mutant in mutants_of(_function(statements), "f")}
    assert made.issuperset(wanted)


@pytest.mark.parametrize("name", solution_cells())
def test_mutants_are_different_functions(name: str) -> None:
    """Each is Python, defines the function, and is neither the solution nor another mutant."""
    cell = solution_cells()[name]
    mutants = mutants_of(cell, name)
    texts = {mutant.source for mutant in mutants}
    assert len(texts) == len({mutant.name for mutant in mutants}) == len(mutants) > 200
    (solution,) = (node for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef))
    assert ast.unparse(solution) not in texts
    for mutant in mutants:
        assert ast.parse(mutant.source).body[0].name == name  # type: ignore[attr-defined]


def test_the_solution_is_left_as_it_was() -> None:
    """Each mutant has one change: the text around it is the solution's."""
    source = _function("y = a / m")
    assert {
        m.source.replace("a * m", "a / m") for m in mutants_of(source, "f") if "a * m" in m.change
    } == {ast.unparse(ast.parse(source))}


def test_names_and_keys_outlast_a_comment_above() -> None:
    """A list of equivalents must not need an edit for every line that moves."""
    above = mutants_of(_function("y = a / m"), "f")
    below = mutants_of("# a comment\n\n" + _function("y = a / m"), "f")
    assert [(m.name, m.statement, m.change) for m in above] == [
        (m.name, m.statement, m.change) for m in below
    ]
    assert [m.line + 2 for m in above] == [m.line for m in below]
    assert "line 2: `a / m` → `a * m`" in [m.description for m in above]


def test_only_the_lines_asked_for() -> None:
    """Given lines can be left as they are."""
    assert {mutant.line for mutant in mutants_of(_function("y = a / m"), "f", {2})} == {2}


def test_what_nobody_reads_is_not_swapped() -> None:
    """Two names that are not read later can be exchanged, and nothing is wrong with it."""
    source = "def f(cache):\n    (a, b, c) = cache\n    return a\n"
    changes = {mutant.change for mutant in mutants_of(source, "f")}
    assert "(a, b, c) → (b, a, c)" in changes
    assert "(a, b, c) → (a, c, b)" not in changes
    assert "b → cache" not in changes


def test_a_loop_reads_what_it_sets_further_down() -> None:
    """In a loop, what stands above a statement is run after it as well."""
    source = "def f(n):\n    a = b = 0\n    for i in n:\n        a, b = b, a\n    return 0\n"
    assert "(a, b) → (b, a)" in {mutant.change for mutant in mutants_of(source, "f")}


@pytest.mark.parametrize("source", ["def g():\n    pass\n", "def f(:\n", ""])
def test_without_the_function_there_are_no_mutants(source: str) -> None:
    """A solution that is missing is said to be, and not taken for one without a slip."""
    with pytest.raises(NoFunctionError, match="Cannot change f: "):
        mutants_of(source, "f")


def _notebook(*cells: str) -> dict[str, Any]:
    def cell(source: str, name: str = "") -> dict[str, Any]:
        notes = {"grade_id": name, "solution": True} if name else {}
        return {"cell_type": "code", "source": source, "metadata": {"nbgrader": notes}}

    first, solution = cell("%matplotlib inline\nimport numpy as np"), cell(cells[0], "mean_square")
    return {"cells": [first, *map(cell, cells[1:]), solution]}


@dataclass(frozen=True)
class _Few(Solved):
    """Of whose mutants only these are tried."""

    wanted: tuple[str, ...]

    def mutants(self, function: str) -> tuple[list[Mutant], set[int]]:
        found, lines = super().mutants(function)
        return [mutant for mutant in found if mutant.description in self.wanted], lines


def _proof(tmp_path: Path, assignment: Assignment = TOY, *cells: str) -> Proof:
    solved = Solved(_notebook(*(cells or (SOLUTION,))), MARKERS, tmp_path)
    return prove(assignment, solved, tmp_path / "output.log", jobs=2)


def test_a_good_judge_is_proved(tmp_path: Path) -> None:
    """Every mutant is caught or listed, the right answer is right, the mistake is not."""
    proof = _proof(tmp_path)
    assert (proof.holes, proof.idle, proof.rejected) == ((), (), ())
    assert (proof.unpunished, proof.untried) == ((), ())
    assert proof.mutants > proof.own > proof.asked == proof.named > 0
    assert proof.equivalent == 6
    assert (proof.right, proof.mistakes, proof.ways) == (1, 1, 1)


def test_a_judge_with_dull_cases_has_holes(tmp_path: Path) -> None:
    """Where squares are what they are squares of, a forgotten square earns full marks."""
    proof = _proof(tmp_path, replace(TOY, cases=dull_cases))
    assert "mean_square, line 3: `x ** 2` → `x`" in proof.holes
    assert proof.unpunished == ("mean_square: not-squared earns full marks in 1 of its ways",)


def test_what_is_not_listed_is_a_hole(tmp_path: Path) -> None:
    """A person has to say that a change leaves the solution right, and why."""
    proof = _proof(tmp_path, replace(TOY, touchstones=no_stones))
    assert "mean_square, line 3: `x` → `-x`" in proof.holes
    assert len(proof.holes) == 6
    assert (proof.right, proof.mistakes) == (0, 0)


def test_what_does_not_belong_is_found(tmp_path: Path) -> None:
    """A right answer that loses points, a mistake that is not tried, and a list that has rotted."""
    proof = _proof(tmp_path, replace(TOY, touchstones=wrong_stones))
    assert proof.rejected == ("mean_square: careless earns 0%",)
    assert proof.untried == ("mean_square: never-tried",)
    assert proof.idle == (
        "mean_square, `total` → `n` in `return total` is listed as equivalent, and there is no such "
        "change",
        "mean_square, `total / n` → `total * n` in `return total / n` is listed as equivalent, and is "
        "caught",
    )


_ENDLESS = """def mean_square(x, n):
    k = 0
    while k < 1:
        k += 1
    return np.sum(x ** 2) / n
"""
_HUGE = """def mean_square(x, n):
    room = np.ones(2**29 // 2**29)
    return np.sum(x ** 2) / n * room[0]
"""
_DEADLY = """def mean_square(x, n):
    if n < 0:
        os._exit(1)
    return np.sum(x ** 2) / n
"""


@pytest.mark.parametrize(
    ("source", "wild", "tame"),
    [
        (_ENDLESS, "line 4: `k += 1` → `k -= 1`", "line 4: `1` → `2`"),
        (_HUGE, "line 2: `2 ** 29 // 2 ** 29` → `2 ** 29`", "line 2: `29` → `30`"),
        (_DEADLY, "line 2: `n < 0` → `n > 0`", "line 2: `n < 0` → `n <= 0`"),
    ],
)
def test_a_mutant_that_runs_wild_is_caught(
    tmp_path: Path, source: str, wild: str, tame: str
) -> None:
    """An endless loop, an array of four gigabytes and a process that ends cost their mutant only."""
    few = _Few(_notebook(source, "import os"), MARKERS, tmp_path, (wild, tame))
    proof = prove(TOY, few, tmp_path / "output.log", jobs=2)
    assert proof.mutants > len(proof.holes)
    assert f"mean_square, {wild}" in {
        f"mean_square, {mutant.description}" for mutant in mutants_of(source, "mean_square")
    }
    assert f"mean_square, {wild}" not in proof.holes
    assert f"mean_square, {tame}" in proof.holes


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("def other():\n    pass\n",), "does not define it"),
        ((SOLUTION, "1 / 0"), "ZeroDivisionError"),
    ],
)
def test_a_solution_that_does_not_run_is_told(
    tmp_path: Path, cells: tuple[str, ...], reason: str
) -> None:
    """Otherwise every mutant would be caught, and the judge be praised for it."""
    with pytest.raises(GraderError, match=reason):
        _proof(tmp_path, TOY, *cells)
