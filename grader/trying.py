"""What a worker of the proof does: put an answer in the solution's place, and let it be judged.

The answers are our own, so they run without a jail; but a changed solution may well run for ever or
ask for all the memory there is, so each has its bounds.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from testcases.core.check import run
from testcases.core.judge import judge
from testcases.core.observe import observe
from testcases.core.protocol import (
    Assignment,
    Case,
    Item,
    Judgement,
    Observation,
    Plain,
)
from testcases.core.silent import Silent

#: The proof is the same in every course, so its cases do not come from a course's secret.
SECRET = b"the proof of the judge, 32 bytes"
#: The first one judges every answer; whoever earns full marks is judged by the others as well.
STUDENTS = ("ada", "bob", "eve")
#: Bounds of one answer: seconds, and bytes beyond what the worker has before.
_SECONDS = 5.0
_MEMORY = 2 * 1024**3


@dataclass(frozen=True)
class Attempt:
    """An answer to be judged."""

    name: str
    function: str
    source: str
    #: Whether to ask as well which mistake it is, which takes far longer than judging.
    diagnosed: bool


@dataclass(frozen=True)
class KnownMistakes:
    """Asks to judge the answers that come of these known mistakes of an item."""

    item: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """Asks how long it takes to judge a submission with these answers; the others are right."""

    name: str
    answers: tuple[Attempt, ...]


#: Several answers at once, since a task alone has its costs.
Task = tuple[Attempt, ...] | KnownMistakes | Whole


@dataclass(frozen=True)
class Judged:
    """What came of an answer."""

    name: str
    #: Share of the points that it earned, from 0 to 1.
    share: float
    #: The names that the judge gave.
    mistakes: tuple[str, ...] = ()
    #: Whether something was conceded to everything that is wrong.
    conceded: bool = False
    #: Processor time that drawing the cases and judging took, where that was asked.
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether it earned everything."""
        return self.share >= 1


@dataclass(frozen=True)
class Workshop:
    """What a worker needs."""

    assignment: Assignment
    #: Code cells of the solved notebook that are neither tests nor skipped, in order.
    cells: tuple[str, ...]
    #: A folder with the files that the notebook needs.
    folder: str


class SolutionStopsError(Exception):
    """A cell of the solved notebook raises, so nothing can be put into it."""


class _TimeIsUpError(KeyboardInterrupt):
    """An interrupt, so that neither an answer nor its observer takes it for one of its own."""


class _Bench:
    """A solved notebook, and the judge, ready for answers."""

    def __init__(self, assignment: Assignment, namespace: Mapping[str, Any]) -> None:
        self._assignment = assignment
        self._namespace = namespace
        self._cases: dict[tuple[str, str], Sequence[Case]] = {}

    def cases(self, item: Item, student: str) -> Sequence[Case]:
        """The cases of an item for one of `STUDENTS`."""
        key = (item.name, student)
        if key not in self._cases:
            self._cases[key] = self._assignment.cases(item, SECRET, student)
        return self._cases[key]

    def judged(self, each: Attempt) -> Judged:
        """What the judge says of an answer that stands in the solution's place."""
        item = judging_item(self._assignment, each.function)
        oracle = (
            self._assignment.oracle
            if each.diagnosed
            else Silent(self._assignment.oracle, concedes=True)
        )
        judged = Judged(each.name, 0.0)
        try:
            with _at_most(_SECONDS):
                namespace = self._with_answers(each)
                for student in STUDENTS:
                    cases = self.cases(item, student)
                    judgement = run(item, cases, oracle, self._assignment.drivers, namespace)
                    judged = _named(each.name, judgement)
                    if not judged.accepted:
                        break
        except _TimeIsUpError:
            judged = Judged(each.name, 0.0, ("timeout",))
        return judged

    def _with_answers(self, *answers: Attempt) -> dict[str, Any]:
        namespace = dict(self._namespace)
        for each in answers:
            namespace.pop(each.function, None)
            namespace["In"] = [*namespace.get("In", ()), each.source]  # as IPython calls it
            with contextlib.suppress(Exception):  # then it is not defined, as in a notebook
                # As IPython does it: the line on which an answer stops tells something.
                lines = each.source.splitlines(keepends=True)
                linecache.cache[f"<{each.name}>"] = (
                    len(each.source),
                    None,
                    lines,
                    f"<{each.name}>",
                )
                exec(compile(each.source, f"<{each.name}>", "exec"), namespace)  # noqa: S102  our own
        return namespace

    def timed(self, task: Whole) -> Judged:
        """How long a submission keeps the judge busy; what runs the student's code does not count.

        The shorter of two times: a batch of submissions has everything at hand as well.
        """
        judged = Judged(task.name, 0.0)
        with contextlib.suppress(_TimeIsUpError), _at_most(_SECONDS):
            namespace = self._with_answers(*task.answers)
            times = [self._seconds(task.name, namespace) for _ in range(2)]
            judged = replace(judged, seconds=min(times))
        return judged

    def _seconds(self, student: str, namespace: Mapping[str, Any]) -> float:
        seconds = 0.0
        for item in self._assignment.items:
            begin = time.process_time()
            cases = self._assignment.cases(item, SECRET, student)
            seconds += time.process_time() - begin
            seen = [observe(case, namespace, self._assignment.drivers) for case in cases]
            begin = time.process_time()
            judge(item, cases, seen, self._assignment.oracle)
            seconds += time.process_time() - begin
        return seconds

    def known(self, task: KnownMistakes) -> Iterator[Judged]:
        """What the judge says of the answers that come of known mistakes.

        Of several ways to a mistake, only the first is asked for its name.
        """
        item = next(item for item in self._assignment.items if item.name == task.item)
        cases = self.cases(item, STUDENTS[0])
        by_entry = replace(item, unpack=_by_entry)
        diagnosed: set[str] = set()
        for name, answers in self._assignment.touchstones().wrong(item, cases):
            if name not in task.names:
                continue
            seen = [
                Observation("returned", entries, case.arguments)
                for case, entries in zip(cases, answers, strict=True)
            ]
            oracle = self._assignment.oracle
            known = name in diagnosed
            yield _named(
                name,
                judge(by_entry, cases, seen, Silent(oracle, concedes=True) if known else oracle),
            )
            diagnosed.add(name)


def _by_entry(value: Plain) -> Mapping[str, Plain]:
    """Known mistakes come as named entries already."""
    entries: Mapping[str, Plain] = value
    return entries


def _named(name: str, judgement: Judgement) -> Judged:
    wrong = [part for part in judgement.parts if part.problem is not None]
    conceded = bool(wrong) and all(part.conceded for part in wrong)
    return Judged(name, judgement.score / judgement.max_score, judgement.mistakes, conceded)


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises:
    _TimeIsUpError: it takes longer.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise _TimeIsUpError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


#: Set by `prepare`, in each worker: the bench, or why there is none.
_ready: _Bench | str = "it was not prepared"


def prepare(workshop: Workshop) -> None:
    """First thing in a worker: run the solved notebook. What goes wrong is told by `attempt`."""
    global _ready
    sys.dont_write_bytecode = True
    os.environ["MPLBACKEND"] = "agg"
    os.chdir(workshop.folder)
    sys.path.insert(0, workshop.folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(workshop.cells, start=1):
        try:
            exec(compile(cell, f"<cell {number}>", "exec"), namespace)  # noqa: S102  our own
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            begin = cell.strip().split("\n")[0]
            _ready = f"the cell that begins with {begin!r} stops with {error!r}"
            return
    _bound_memory()
    _ready = _Bench(workshop.assignment, namespace)


def _bound_memory() -> None:
    """A changed shape may ask for more than the machine has."""
    import resource  # other systems lack it

    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, hard))


def attempt(task: Task) -> list[Judged]:
    """Judge what there is to be judged.

    Raises:
        SolutionStopsError: the solved notebook does not run.
    """
    if isinstance(_ready, str):
        raise SolutionStopsError(_ready)
    if isinstance(task, KnownMistakes):
        return list(_ready.known(task))
    if isinstance(task, Whole):
        return [_ready.timed(task)]
    return [_ready.judged(each) for each in task]


def judging_item(assignment: Assignment, function: str) -> Item:
    """The item that is about this function: the one of its name, or else one that needs it."""
    named = [item for item in assignment.items if item.name == function]
    return (named or [item for item in assignment.items if function in item.functions])[0]
