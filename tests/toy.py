"""Support for tests: a tiny assignment, so that its judge can be spoilt in every way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from testcases.core.protocol import (
    Answer,
    Assignment,
    Case,
    Concession,
    Equivalent,
    Finding,
    Item,
    Part,
    Plain,
    SampleSubmission,
    Stop,
    Touchstones,
)

#: The graded function, as a cell of the solved notebook.
SOLUTION = """def mean_square(x, n):
    ### BEGIN SOLUTION
    total = np.sum(x ** 2)
    ### END SOLUTION
    return total / n
"""


def _unpack(value: Plain) -> Mapping[str, Plain] | None:
    return {"mean": value} if np.ndim(value) == 0 else None


ITEM = Item(
    grade_id="test_mean_square",
    name="mean_square",
    points=10,
    functions=("mean_square",),
    parts=(Part("mean", "the mean of the squares", 1.0, ("mean",)),),
    families={"fixture": 0.5, "general": 0.5},
    unpack=_unpack,
    returns="It should return one number.",
)


class ToyOracle:
    """Knows the mean of squares, and one mistake."""

    follows_through = False

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        x, n = case.arguments
        return {"mean": np.asarray((x**2).sum() / n)}

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding]:
        return [Finding("some-mistake", "Look again.")]

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        return {}


def _case(name: str, family: str, x: Sequence[float]) -> Case:
    return Case(name, family, "mean_square", (np.array(x), len(x)), ("x", "n"), "")


def telling_cases(item: Item, secret: bytes, student: str) -> Sequence[Case]:
    """Cases that tell every wrong solution."""
    return [_case("public", "fixture", [1.0, -2.5]), _case("hidden", "general", [3.0, -1.0, 0.5])]


def dull_cases(item: Item, secret: bytes, student: str) -> Sequence[Case]:
    """One case, in which squares are what they are squares of."""
    return [_case("public", "fixture", [1.0, 0.0, 1.0])]


def _wrong(item: Item, cases: Sequence[Case]) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    yield "not-squared", [{"mean": case.arguments[0].sum() / case.arguments[1]} for case in cases]


#: Everything that is as right as the solution.
EQUIVALENTS = (
    Equivalent(("mean_square",), "total = np.sum(x ** 2)", ("x → -x",), "A square has no sign."),
    Equivalent(
        ("mean_square",),
        "total = np.sum(x ** 2)",
        ("x → x.T", "x ** 2 → (x ** 2).T", "np.sum(x ** 2) → np.sum(x ** 2).T"),
        "There is one axis at most.",
    ),
    Equivalent(
        ("mean_square",),
        "return total / n",
        ("total → total.T", "total / n → (total / n).T"),
        "A single number is its own transpose.",
    ),
)


def stones() -> Touchstones:
    """What a good judge passes."""
    return Touchstones(
        right={"mean_square": {"vdot": "def mean_square(x, n):\n    return np.vdot(x, x) / n\n"}},
        wrong=_wrong,
        mistakes={"mean_square": ("not-squared",)},
        equivalents=EQUIVALENTS,
    )


def no_stones() -> Touchstones:
    """Nothing is listed."""
    return Touchstones()


def wrong_stones() -> Touchstones:
    """A right answer that is none, a mistake that nothing leads to, entries that are not needed."""
    idle = (
        Equivalent(
            ("mean_square",), "return total / n", ("total / n → total * n",), "No, it is not."
        ),
        Equivalent(("mean_square",), "return total", ("total → n",), "There is no such line."),
    )
    return replace(
        stones(),
        right={"mean_square": {"careless": "def mean_square(x, n):\n    return (x ** 2).sum()\n"}},
        mistakes={"mean_square": ("not-squared", "never-tried")},
        equivalents=(*EQUIVALENTS, *idle),
    )


def nobody(number: int, seed: int) -> Sequence[SampleSubmission]:
    """There is no class."""
    return ()


TOY = Assignment(
    name="toy",
    items=(ITEM,),
    drivers={},
    public_module="",
    oracle=ToyOracle(),
    cases=telling_cases,
    shipped=dict,
    sample_class=nobody,
    forbidden_in_release=(),
    touchstones=stones,
)
