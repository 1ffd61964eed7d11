"""What the proof of the judge says of wrong answers as students write them, and of the judge's speed."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from testcases.core.protocol import Touchstones

from .trying import Attempt, Judged, Whole

#: At least so many wrong answers have to be told their mistake by its right name, and at most so many by
#: another one: a wrong name sends a student astray.
RIGHT_NAME, WRONG_NAME = 0.85, 0.02
#: Made-up submissions whose judging is timed, by the number of wrong functions in them.
_TIMED = {0: 8, 1: 8, 2: 8}


@dataclass(frozen=True)
class AnswersProof:
    """How the judge did on wrong answers."""

    #: Wrong answers, those that earned everything, and those told a right name and another one.
    wrong: int
    unpunished: tuple[str, ...]
    right_name: int
    wrong_name: tuple[str, ...]
    #: Answers to which something has to be conceded, and those to which nothing was.
    conceded: int
    unrecognised: tuple[str, ...]
    #: Seconds of processor time that judging a submission took, on average, by the number of wrong
    #: functions in it.
    seconds: Mapping[int, float]

    def in_figures(self) -> str:
        """What a reader of the report is told."""
        if not self.wrong:
            return "no wrong answers were handed over to try"
        named, misnamed = self.right_name / self.wrong, len(self.wrong_name) / self.wrong
        lines = [
            f"{self.wrong:,} wrong answers as students write them: "
            + (f"{len(self.unpunished):,} earn" if self.unpunished else "none earns")
            + f" full marks; {named:.1%} are told their mistake by its right name, {misnamed:.1%} by "
            "another one, the rest by none."
        ]
        if self.conceded:
            known = self.conceded - len(self.unrecognised)
            lines.append(
                f"{known:,} of {self.conceded:,} answers to which something is conceded are recognised."
            )
        if self.seconds:
            times = ", ".join(
                f"{1000 * seconds:.0f} ms with {wrong or 'no'} wrong function{'' if wrong == 1 else 's'}"
                for wrong, seconds in sorted(self.seconds.items())
            )
            lines.append(f"Judging a submission takes the processor {times}.")
        return " ".join(lines)

    def problems(self) -> list[str]:
        """What must not be."""
        found = [f"{name} earns full marks" for name in self.unpunished]
        found += [f"{name} is not recognised" for name in self.unrecognised]
        if self.wrong and self.right_name < RIGHT_NAME * self.wrong:
            found.append(
                f"only {self.right_name:,} of {self.wrong:,} are told their mistake by its right name"
            )
        if len(self.wrong_name) > WRONG_NAME * self.wrong:
            found += [f"{name} is told another mistake" for name in self.wrong_name]
        return found


def attempts_at(stones: Touchstones, asked: Collection[str]) -> list[Attempt]:
    """All wrong answers, to be judged with their names.

    Args:
        stones: holds the answers.
        asked: the functions that the assignment asks for.
    """
    return [
        Attempt(f"{function}/{name}", function, answer.source, diagnosed=True)
        for function, answers in stones.answers.items()
        for name, answer in answers.items()
        if function in asked
    ]


def submissions(stones: Touchstones, asked: Collection[str]) -> Iterator[Whole]:
    """Made-up submissions for the clock: the same in every run."""
    functions = sorted(stones.answers.keys() & set(asked))
    chance = random.Random(1)
    for wrong, count in _TIMED.items():
        for number in range(count if wrong <= len(functions) else 0):
            chosen = chance.sample(functions, wrong)
            answers = tuple(
                Attempt(
                    "", function, chance.choice([*stones.answers[function].values()]).source, True
                )
                for function in chosen
            )
            yield Whole(f"{wrong}-{number}", answers)


def proof_of_answers(
    stones: Touchstones, judged: Mapping[str, Judged], timed: Sequence[Judged]
) -> AnswersProof:
    """The figures.

    Args:
        stones: the answers, and what each may be called.
        judged: what came of each, by "function/name".
        timed: what came of `submissions`.
    """
    wrong, right_name, conceded = 0, 0, 0
    unpunished, wrong_name, unrecognised = [], [], []
    for function, answers in stones.answers.items():
        for name, answer in answers.items():
            result = judged.get(f"{function}/{name}")
            if result is None:  # of a function that is not asked for
                continue
            if answer.conceded:
                conceded += 1
                if result.accepted or not result.conceded:
                    unrecognised.append(result.name)
                continue
            wrong += 1
            if result.accepted:
                unpunished.append(result.name)
            elif result.mistakes and result.mistakes[0] in answer.names:
                right_name += 1
            elif result.mistakes:
                wrong_name.append(result.name)
    seconds: dict[int, list[float]] = {}
    for result in timed:
        if result.seconds:
            seconds.setdefault(int(result.name.partition("-")[0]), []).append(result.seconds)
    return AnswersProof(
        wrong,
        tuple(unpunished),
        right_name,
        tuple(wrong_name),
        conceded,
        tuple(unrecognised),
        {count: sum(ones) / len(ones) for count, ones in seconds.items()},
    )
