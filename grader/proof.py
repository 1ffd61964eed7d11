"""The proof of the judge: it catches every change of the solution, and accepts every right answer.

Four kinds of answers whose worth is known are put before it. Mutants: the solution with one thing
changed; whatever earns full marks is a hole in the judge, unless a person has listed it as
equivalent, with a reason. Right answers in other styles: each must earn everything. Answers that
come of the known mistakes: each must lose points. Wrong answers as students write them: none may earn
everything, and most have to be told their mistake by its name. Works for any assignment that hands over
touchstones; one without them is tried with mutants alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from testcases.core.protocol import Assignment, Touchstones

from .errors import GraderError
from .mutation import ARROW, Mutant, NoFunctionError, mutants_of
from .nbgrader_course import Markers
from .notebooks import Notebook, cells_by_grade_id, nbgrader_of, regions, source_of
from .pool import WorkerDiedError, run_all
from .progress import Progress
from .proof_answers import AnswersProof, attempts_at, proof_of_answers, submissions
from .structure import SKIP_TAG
from .trying import Attempt, Judged, KnownMistakes, Task, Whole, Workshop, attempt, prepare

#: To name a mistake takes far longer than to see it; so the judge is asked for the names of every
#: sixteenth mutant in lines that students write.
_ASKED = 16
#: Answers in a task.
_AT_ONCE = 40
#: Known mistakes in a task.
_NAMES_AT_ONCE = 12


@dataclass(frozen=True)
class Proof:
    """How the judge did."""

    #: Mutants in all, and of these, in lines that students write.
    mutants: int
    own: int
    #: Mutants that earned everything, and are listed as equivalent.
    equivalent: int
    #: Of caught ones in lines that students write: those of which the mistake was asked, those to
    #: which the judge gave a name, and the share of the points that all keep, on average.
    asked: int
    named: int
    kept: float
    #: Mutants that earned everything, and are not listed; and listed ones that are not needed.
    holes: tuple[str, ...]
    idle: tuple[str, ...]
    #: Right answers, and those that lost points.
    right: int
    rejected: tuple[str, ...]
    #: Known mistakes, ways to them that were tried, and mistakes that were called by their name.
    mistakes: int
    ways: int
    mistakes_named: int
    #: Known mistakes that earned everything; and those for which there is no answer to try.
    unpunished: tuple[str, ...]
    untried: tuple[str, ...]
    #: On wrong answers as students write them.
    answers: AnswersProof

    def mutants_in_figures(self) -> str:
        """One line on the mutants, for somebody who has never heard of any."""
        wrong, missed = self.mutants - self.equivalent, len(self.holes)
        fate = (
            f"{missed:,} of {wrong:,} wrong ones lose no" if missed else "all that are wrong lose"
        )
        return (
            f"{self.mutants:,} slightly changed solutions: {fate} points ({self.equivalent:,} are as "
            "right as the original; listed with reasons). Of the wrong ones in lines that students "
            f"write, {self.asked:,} were looked at: {self.named:,} are told their mistake by name. On "
            f"average these wrong ones keep {self.kept:.0%} of the points"
        )

    def styles_in_figures(self) -> str:
        """One line on the right answers."""
        lost = len(self.rejected)
        fate = f"{lost:,} of them lose points" if lost else "all earn full marks"
        return f"{self.right:,} right answers in other styles: {fate}"

    def mistakes_in_figures(self) -> str:
        """One line on the known mistakes."""
        missed = len(self.unpunished)
        fate = f"{missed:,} of them can earn full marks" if missed else "all lose points"
        untried = f". {len(self.untried):,} more show only in an answer as a whole, and are not tried here"
        return (
            f"{self.mistakes - len(self.untried):,} known mistakes, made in {self.ways:,} ways: {fate}; "
            f"{self.mistakes_named:,} times the student is told which mistake it is"
            f"{untried if self.untried else ''}"
        )


@dataclass(frozen=True)
class Solved:
    """A notebook with solutions, and the folder in which it runs."""

    notebook: Notebook
    markers: Markers
    folder: Path

    def cells(self) -> tuple[str, ...]:
        """What has to run before an answer can be judged."""
        return tuple(
            _without_magic(source_of(cell))
            for cell in self.notebook["cells"]
            if cell["cell_type"] == "code"
            and not nbgrader_of(cell).get("grade")
            and SKIP_TAG not in cell["metadata"].get("tags", ())
        )

    def mutants(self, function: str) -> tuple[list[Mutant], set[int]]:
        """All mutants of a function, and the lines of its cell that students write.

        Raises:
            GraderError: there is no such function.
        """
        cell = cells_by_grade_id(self.notebook).get(function)
        source = source_of(cell) if cell is not None else ""
        lines = {
            number
            for region in regions(source, self.markers.solution)
            for number in range(region.line + 1, region.line + 1 + len(region.lines))
        }
        try:
            return mutants_of(source, function), lines
        except NoFunctionError as error:
            raise GraderError(f"{error} Mend the solution in the source notebook.") from error


def _without_magic(cell: str) -> str:
    """A cell without the lines that only IPython knows; they show things, and define nothing."""
    return "\n".join(line for line in cell.split("\n") if not line.startswith(("%", "!")))


def prove(assignment: Assignment, solved: Solved, log: Path, jobs: int | None = None) -> Proof:
    """Try the judge.

    Args:
        assignment: whose judge.
        solved: its solution.
        log: file that takes what the answers print.
        jobs: number of processes; None for one for each core.

    Raises:
        GraderError: the solved notebook cannot be used.
    """
    stones = assignment.touchstones()
    functions = dict.fromkeys(name for item in assignment.items for name in item.functions)
    mutants: list[Mutant] = []
    own: set[str] = set()
    for function in functions:
        found, lines = solved.mutants(function)
        mutants += found
        own |= {mutant.name for mutant in found if mutant.line in lines}
    asked = {mutant.name for mutant in [m for m in mutants if m.name in own][::_ASKED]}
    attempts = [Attempt(m.name, m.function, m.source, m.name in asked) for m in mutants]
    styles = [
        Attempt(f"{function}: {name}", function, source, diagnosed=False)
        for function, answers in stones.right.items()
        for name, source in answers.items()
    ]
    known = [
        KnownMistakes(item, tuple(names)[start : start + _NAMES_AT_ONCE])
        for item, names in stones.mistakes.items()
        for start in range(0, len(names), _NAMES_AT_ONCE)
    ]
    answers, timed = attempts_at(stones, functions), [*submissions(stones, functions)]
    workshop = Workshop(assignment, solved.cells(), str(solved.folder))
    judged: dict[str, Judged] = {}
    ways: list[tuple[str, Judged]] = []
    clocked: list[Judged] = []
    singles: list[Task] = [*known, *timed]
    bar = Progress("the judge", len(attempts) + len(styles) + len(answers) + len(singles))
    try:
        for task, results in _results(workshop, [*attempts, *styles, *answers], singles, log, jobs):
            if isinstance(task, KnownMistakes):
                ways += [(task.item, result) for result in results]
                bar.advance(task.item)
                continue
            if isinstance(task, Whole):
                clocked += results
                bar.advance("the clock")
                continue
            for result in results:
                judged[result.name] = result
                bar.advance(task[0].function)
    finally:
        bar.close()
    on_answers = proof_of_answers(stones, judged, clocked)
    return _proof(stones, mutants, own, asked, judged, ways, on_answers)


def _results(
    workshop: Workshop,
    attempts: Sequence[Attempt],
    singles: Sequence[Task],
    log: Path,
    jobs: int | None,
) -> Iterator[tuple[Task, list[Judged]]]:
    """Each task with what came of it. An answer over which a worker died has earned nothing."""
    bundles = [
        tuple(attempts[start : start + _AT_ONCE]) for start in range(0, len(attempts), _AT_ONCE)
    ]
    waiting: list[Task] = [*singles, *bundles]
    while waiting:
        tasks, waiting = waiting, []
        setup = partial(prepare, workshop)
        for task, result in run_all(attempt, tasks, jobs or os.cpu_count() or 1, log, setup=setup):
            if not isinstance(result, Exception):
                yield task, result
            elif isinstance(result, WorkerDiedError) and isinstance(task, tuple):
                if len(task) == 1:
                    yield task, [Judged(task[0].name, 0.0, ("died",))]
                else:
                    waiting += [(each,) for each in task]  # it was one of these
            else:
                raise GraderError(
                    f"Cannot try the judge: {result or type(result).__name__}. "
                    "See that the solved notebook runs in Jupyter."
                ) from result


def _proof(
    stones: Touchstones,
    mutants: Sequence[Mutant],
    own: set[str],
    asked: set[str],
    judged: Mapping[str, Judged],
    ways: Sequence[tuple[str, Judged]],
    answers: AnswersProof,
) -> Proof:
    caught = [mutant for mutant in mutants if not judged[mutant.name].accepted]
    survivors = [mutant for mutant in mutants if judged[mutant.name].accepted]
    listed = {
        (function, entry.statement, change)
        for entry in stones.equivalents
        for function in entry.functions
        for change in entry.changes
    }
    own_caught = [judged[mutant.name] for mutant in caught if mutant.name in own]
    styles = [result for name, result in judged.items() if ": " in name]
    return Proof(
        mutants=len(mutants),
        own=len(own),
        equivalent=sum(_key(mutant) in listed for mutant in survivors),
        asked=sum(result.name in asked for result in own_caught),
        named=sum(result.name in asked and bool(result.mistakes) for result in own_caught),
        kept=sum(result.share for result in own_caught) / max(1, len(own_caught)),
        holes=tuple(
            f"{mutant.function}, {mutant.description}"
            for mutant in survivors
            if _key(mutant) not in listed
        ),
        idle=tuple(_idle(listed, caught, survivors)),
        right=len(styles),
        rejected=tuple(
            f"{result.name} earns {result.share:.0%}" for result in styles if not result.accepted
        ),
        mistakes=sum(len(names) for names in stones.mistakes.values()),
        ways=len(ways),
        mistakes_named=sum(result.name in result.mistakes for _, result in ways),
        unpunished=tuple(_unpunished(ways)),
        untried=tuple(_untried(stones, ways)),
        answers=answers,
    )


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return (mutant.function, mutant.statement, mutant.change)


def _idle(
    listed: set[tuple[str, str, str]], caught: Sequence[Mutant], survivors: Sequence[Mutant]
) -> Iterator[str]:
    """Entries of the list of equivalents that stand there for nothing."""
    made, killed = {_key(mutant) for mutant in survivors}, {_key(mutant) for mutant in caught}
    for function, statement, change in sorted(listed):
        which = f"{function}, `{'` → `'.join(change.split(ARROW))}` in `{statement}`"
        if (function, statement, change) in killed:
            yield f"{which} is listed as equivalent, and is caught"
        elif (function, statement, change) not in made:
            yield f"{which} is listed as equivalent, and there is no such change"


def _unpunished(ways: Sequence[tuple[str, Judged]]) -> Iterator[str]:
    """Known mistakes that earn everything in some way."""
    accepted = Counter((item, result.name) for item, result in ways if result.accepted)
    for (item, name), count in sorted(accepted.items()):
        yield f"{item}: {name} earns full marks in {count} of its ways"


def _untried(stones: Touchstones, ways: Sequence[tuple[str, Judged]]) -> Iterator[str]:
    """Known mistakes that no answer leads to, such as those that are seen in an answer as a whole."""
    tried = {(item, result.name) for item, result in ways}
    for item, names in stones.mistakes.items():
        yield from (f"{item}: {name}" for name in names if (item, name) not in tried)
