"""The words that the rooms speak with each other: case, observation, item, judgement.

    Case ──observe──▶ Observation ──judge (with an Oracle's expectation)──▶ Judgement

`observe` runs beside the student's code and believes nothing; `judge` runs wherever the oracle is
allowed to be. What travels between them is plain data: numbers, strings, arrays, tuples, dicts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from .effects import Effects

#: Plain data: None, bool, int, float, str, np.ndarray (of kind b, i, u or f), or a tuple or a
#: str-keyed dict of plain data, or `Opaque`.
Plain = Any

Verdict = Literal[
    "correct", "partial", "incorrect", "not_attempted", "error", "timeout", "memory", "manual"
]

Outcome = Literal["returned", "raised", "undefined", "not_attempted", "timeout", "memory", "died"]


class MissingFunctionError(NameError):
    """A driver needs a function of the student's that is not defined."""


class UnfitResultError(ValueError):
    """A driver cannot go on with what a function of the student's has returned; the message names it."""


@dataclass(frozen=True)
class Opaque:
    """Stands where a student returned something that is not plain data; `kind` says what."""

    kind: str


@dataclass(frozen=True)
class Case:
    """One input to one graded function (or to one of the assignment's drivers)."""

    name: str
    #: "fixture" (public), "general" or "edge"; the families of an item share its points. A case of any
    #: other family earns and costs nothing: the oracle may look at it before it concedes something.
    family: str
    #: Name of the function to call, looked up among the drivers, then in the student's namespace.
    function: str
    #: Positional arguments, plain data.
    arguments: tuple[Plain, ...]
    #: Names of the arguments, for messages ("your function changed `cache`").
    argument_names: tuple[str, ...]
    #: What a student may read about it, such as "with another λ". Never a number of a hidden case.
    description: str
    #: The parts of the item that this case tells about; empty means all.
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """An exception that the student's code let through."""

    type: str
    message: str
    #: Line number inside the student's cell, and that line's text; 0 and "" if not known.
    line: int = 0
    source: str = ""
    #: The student's function in which that line is.
    function: str = ""


@dataclass(frozen=True)
class Observation:
    """What was seen when a case was run: never a score, never an opinion."""

    outcome: Outcome
    #: What was returned; where the function stopped, what it had worked out by then, by name.
    value: Plain = None
    #: The arguments as they were after the call.
    arguments_after: tuple[Plain, ...] | None = None
    fault: Fault | None = None
    effects: Effects = field(default_factory=Effects)


@dataclass(frozen=True)
class Part:
    """A piece of an item that is earned or lost by itself, such as one gradient."""

    name: str
    #: What the student reads: "the gradient dW3".
    label: str
    #: Fraction of the item's points; the parts of an item add up to 1.
    share: float
    #: The returned entries that have to be right, in the order in which they are computed.
    entries: tuple[str, ...]
    #: Name of the part that this one rests on. Where that one is wrong and the oracle cannot follow
    #: through, this one is reported as waiting for it.
    after: str = ""
    #: Whether the first axis of its entries counts the steps of a training, the state before it first.
    counts_steps: bool = False


#: Turns what a function returned into named entries, a missing one simply left out; None if the
#: value is of another kind altogether.
Unpack = Callable[[Plain], Mapping[str, Plain] | None]


@dataclass(frozen=True)
class Item:
    """One test cell: what is checked, and what it is worth."""

    grade_id: str
    #: What `check` calls it: the graded function's name, or the activity's.
    name: str
    points: float
    #: Functions of the student's that it needs.
    functions: tuple[str, ...]
    parts: tuple[Part, ...]
    #: Share of the points per family of cases; families without a case drop out.
    families: Mapping[str, float]
    unpack: Unpack
    #: One sentence on what the function has to return, for "this is no …" messages.
    returns: str
    #: "manual" items are graded by hand: no cases, no parts.
    manual: bool = False
    #: Those of its cases' functions (see `Case.function`) that may use NumPy's global random stream.
    may_draw: tuple[str, ...] = ()
    #: Names that the stub gives to its arguments' contents: a slip in one of them is told.
    given_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartResult:
    """How one part of an item came out."""

    name: str
    label: str
    score: float
    max_score: float
    #: None if all is well, else a sentence for the student.
    problem: str | None
    #: The concession's name, if the points were conceded.
    conceded: str = ""


@dataclass(frozen=True)
class Finding:
    """A known mistake that explains what came back, and where it was made."""

    #: Short, in small letters, with hyphens.
    name: str
    #: What the student reads.
    hint: str
    #: Such as "layer 2"; empty where there is only one place.
    places: tuple[str, ...] = ()
    #: Whether it is why the function stopped, so that the exception's own name is not needed.
    explains_stop: bool = False
    #: What else is to be said, on a line of its own.
    note: str = ""


@dataclass(frozen=True)
class Judgement:
    """The judge's word on one item."""

    grade_id: str
    score: float
    max_score: float
    verdict: Verdict
    message: str
    #: The one to mend first, if it is known.
    mistake: str | None = None
    parts: tuple[PartResult, ...] = field(default=())
    #: All that are known, the one to mend first at the beginning.
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Concession:
    """Why a part that is not what was expected earns something all the same."""

    #: Fraction of the part's points.
    share: float
    #: What the student reads.
    reason: str
    #: As a mistake's name.
    name: str
    #: Whether it is the whole explanation: then no other mistake is told of the part.
    explains: bool = False


#: A case, and what was returned in it by name.
Answer = tuple[Case, Mapping[str, Plain]]


#: A case, and the exception that ended it.
Stop = tuple[Case, Fault]


class Oracle(Protocol):
    """Knows what a right function returns."""

    @property
    def follows_through(self) -> bool:
        """Whether later entries are expected to follow from the student's own earlier ones."""
        ...

    def expect(self, case: Case, entries: Mapping[str, Plain]) -> Mapping[str, np.ndarray]:
        """Expected entries for `case`.

        `entries` are the student's own: an oracle that knows the formulas may follow through, and
        expect of a later entry what follows from the student's earlier ones.
        """
        ...

    def diagnose(
        self, item: Item, answers: Sequence[Answer], stops: Sequence[Stop] = ()
    ) -> Sequence[Finding] | None:
        """What explains answers that are not right; None if nothing that is known does.

        Empty if there is nothing to say, as where no diagnosis is made. `answers` of a function that
        stopped hold what it had finished by then.
        """
        ...

    def concede(
        self, item: Item, cases: Sequence[Case], answers: Sequence[Answer]
    ) -> Mapping[str, Concession]:
        """What parts earn although their values are not the expected ones, by name of the part.

        `answers` are of those of the cases in which something was returned, cases of a family without
        points among them.
        """
        ...


#: Calls made with the student's namespace as the first argument: a short training, for example.
Driver = Callable[..., Plain]


@dataclass(frozen=True)
class SampleSubmission:
    """A made-up student for demonstrations and tests."""

    student: str
    description: str
    #: Text for the gaps of a solution cell, in order, by grade_id (not indented).
    gaps: Mapping[str, tuple[str, ...]]
    #: Whole new sources of cells by grade_id. Cells in neither mapping stay as released.
    cells: Mapping[str, str]
    #: Verdict that the judge must come to, by grade_id of the test cell.
    expected: Mapping[str, Verdict]


@dataclass(frozen=True)
class Equivalent:
    """Changes of a solution that leave it as right as it was, and one reason for all of them."""

    functions: tuple[str, ...]
    #: The statement that is changed, as `ast.unparse` writes it.
    statement: str
    #: Each as "before → after", the smallest expression that is changed.
    changes: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that is not right, and what the judge should make of it."""

    #: The whole cell.
    source: str
    #: Names of mistakes; each is a right one for it.
    names: tuple[str, ...]
    #: Whether something has to be conceded to whatever is wrong in it.
    conceded: bool = False


@dataclass(frozen=True)
class Touchstones:
    """Answers of which it is known what the judge must say; the release gate tries it with them."""

    #: Right answers: function → name of the style → whole cell.
    right: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: (item, its cases) → known mistakes by name, each with what would come back in every case, by
    #: entry. A name may come several times.
    wrong: Callable[[Item, Sequence[Case]], Iterable[tuple[str, Sequence[Mapping[str, Plain]]]]] = (
        lambda item, cases: ()
    )
    #: Names of all known mistakes, by the item's name.
    mistakes: Mapping[str, Collection[str]] = field(default_factory=dict)
    equivalents: tuple[Equivalent, ...] = ()
    #: Answers as students write them, none of them right: function → name of the answer → answer.
    answers: Mapping[str, Mapping[str, WrongAnswer]] = field(default_factory=dict)


@dataclass(frozen=True)
class MistakeText:
    """What is told of a known mistake."""

    #: To the student.
    hint: str
    #: To the instructor: what is behind it; empty if there is no more to say.
    note: str = ""


@dataclass(frozen=True)
class Assignment:
    """All that the grader may know of one assignment."""

    name: str
    items: tuple[Item, ...]
    drivers: Mapping[str, Driver]
    #: The shipped module that holds the same drivers as DRIVERS; the jail has only shipped modules.
    public_module: str
    oracle: Oracle
    #: (item, secret, student) → all its cases, public ones first. The same for the same three.
    cases: Callable[[Item, bytes, str], Sequence[Case]]
    #: Files that the release carries: path inside the source folder → the file it is a copy of.
    shipped: Callable[[], Mapping[str, Any]]
    #: (number, seed) → a made-up class.
    sample_class: Callable[[int, int], Sequence[SampleSubmission]]
    #: Texts that no released file may contain, beyond nbgrader's own markers.
    forbidden_in_release: tuple[str, ...]
    #: What is wrong with the assignment's own data and tables, as sentences; empty if all is well.
    self_check: Callable[[], Sequence[str]] = tuple
    #: What the judge is tried with.
    touchstones: Callable[[], Touchstones] = Touchstones
    #: What is told of the known mistakes: item's name → mistake's name → text. For the instructor's report.
    mistakes: Callable[[], Mapping[str, Mapping[str, MistakeText]]] = dict
