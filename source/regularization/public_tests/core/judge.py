"""From observations to points: one judge for the notebook, the grader, the gate and the replay.

An item's points are spread over its parts (what the student wrote, piece by piece) and, within a
part, over families of cases: the public fixture, general cases, edge cases. A share is earned if
every case of that family is right for that part. Edge cases count only together with the general
ones: a cost without any penalty is right for λ = 0, and has earned nothing by it.

What is wrong where is found in `problems.py`; here it is weighed, explained and told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from . import wording
from .compare import as_array, same
from .faults import INPUTS_CHANGED, fault_name, may_be_built_in
from .problems import entries_of, problems_of
from .protocol import (
    Answer,
    Case,
    Concession,
    Finding,
    Item,
    Judgement,
    Observation,
    Oracle,
    Part,
    PartResult,
    Plain,
    Stop,
    Verdict,
)

#: Fraction of the earned points that remains when the function changed its inputs.
INPUTS_CHANGED_FACTOR = 0.9


def judge(
    item: Item, cases: Sequence[Case], observations: Sequence[Observation], oracle: Oracle
) -> Judgement:
    """The judgement of one item.

    Args:
        item: what is judged.
        cases: its cases.
        observations: what was seen, in the order of `cases`.
        oracle: knows the expected entries.
    """
    if item.manual:
        return Judgement(item.grade_id, 0.0, item.points, "manual", wording.graded_by_hand())
    everything, all_cases = _answers(item, cases, observations), cases
    counted = [case.family in item.families for case in cases]
    cases, observations = list(compress(cases, counted)), list(compress(observations, counted))
    with np.errstate(all="ignore"):  # wild values of a student's must not warn in the test cell
        stopped = any(seen.outcome == "raised" for seen in observations)
        findings = _findings(item, cases, observations, oracle) if stopped else ()
        explained = any(finding.explains_stop for finding in findings or ())
        problems = problems_of(item, cases, observations, oracle, explained)
        if problems and not stopped:
            findings = _findings(item, cases, observations, oracle)
        conceded = oracle.concede(item, all_cases, everything) if problems else {}
    if problems and _is_explained(problems, conceded):
        findings = ()
    built_in = may_be_built_in(findings)
    results = tuple(
        _conceded(_part_result(item, part, cases, problems, built_in), conceded.get(part.name))
        for part in item.parts
    )
    damaged = _damaged_inputs(cases, observations)
    score = sum(result.score for result in results)
    if damaged:
        score *= INPUTS_CHANGED_FACTOR
    score = round(score, 2)
    verdict = _verdict(score, item.points, observations)
    fault = fault_name(item, cases, observations) if score < item.points else None
    names = _names(findings or (), fault, cases, observations)
    names += [result.conceded for result in results if result.conceded]
    names += [INPUTS_CHANGED] if damaged else []
    mistakes = tuple(dict.fromkeys(names))
    wrong = [part for part in results if part.problem is not None]
    if findings is None and (fault is not None or all(part.conceded for part in wrong)):
        findings = ()  # it is known what happened
    message = wording.item_message(
        item, verdict, score, results, damaged, findings, cases, observations
    )
    first = mistakes[0] if mistakes else None
    return Judgement(item.grade_id, score, item.points, verdict, message, first, results, mistakes)


def _findings(
    item: Item, cases: Sequence[Case], observations: Sequence[Observation], oracle: Oracle
) -> Sequence[Finding] | None:
    """What the oracle makes of what came back, and of what stopped."""
    answers: list[Answer] = []
    stops: list[Stop] = []
    for case, seen in zip(cases, observations, strict=True):
        entries = entries_of(item, seen)
        if seen.outcome == "raised" and seen.fault is not None:
            stops.append((case, seen.fault))
        if entries is not None and seen.outcome != "returned":
            entries = _finished(item, entries, oracle.expect(case, entries))
        if entries:
            answers.append((case, entries))
    return oracle.diagnose(item, answers, stops)


def _finished(
    item: Item, entries: Mapping[str, Plain], wanted: Mapping[str, np.ndarray]
) -> Mapping[str, Plain]:
    """What a function that stopped had finished by then.

    Whatever belongs to the part in which it stopped may be unfinished: A2 before its mask, D2 before
    its comparison. But for what has another shape already than it should have.
    """
    stopped_in = next(
        (
            part
            for part in reversed(item.parts)
            if any(entries.get(name) is not None for name in part.entries)
        ),
        None,
    )
    unfinished = set() if stopped_in is None else set(stopped_in.entries)
    found = {}
    for name, value in entries.items():
        array = as_array(value)
        if name not in unfinished or (
            array is not None and name in wanted and array.shape != np.shape(wanted[name])
        ):
            found[name] = value
    return found


def _names(
    findings: Sequence[Finding],
    fault: str | None,
    cases: Sequence[Case],
    observations: Sequence[Observation],
) -> list[str]:
    """Names of mistakes, the one to mend first at the beginning."""
    found = [finding.name for finding in findings]
    if fault is None or any(finding.explains_stop for finding in findings):
        return found
    stopped = [seen.outcome != "returned" for seen in observations]
    # What was finished before a stop, or is wrong although nothing stopped on the example, comes first.
    later = any(stopped) and (all(stopped) or cases[stopped.index(True)].family != "fixture")
    return [*found, fault] if later else [fault, *found]


def _answers(
    item: Item, cases: Sequence[Case], observations: Sequence[Observation]
) -> list[Answer]:
    """What was returned, where it can be looked into."""
    answers = []
    for case, seen in zip(cases, observations, strict=True):
        entries = entries_of(item, seen)
        if entries is not None and seen.outcome == "returned":
            answers.append((case, entries))
    return answers


def _part_result(
    item: Item,
    part: Part,
    cases: Sequence[Case],
    problems: Mapping[tuple[str, str], str],
    may_be_built_in: bool,
) -> PartResult:
    relevant = [case for case in cases if not case.parts or part.name in case.parts]
    present = {case.family for case in relevant}
    weights = {family: share for family, share in item.families.items() if family in present}
    failed = {case.family for case in relevant if (case.name, part.name) in problems}
    if "general" in failed:
        failed.add("edge")
    whole = item.points * part.share
    earned = sum(share for family, share in weights.items() if family not in failed)
    score = whole * earned / sum(weights.values())
    first = next(
        (problems[case.name, part.name] for case in relevant if (case.name, part.name) in problems),
        None,
    )
    right_there = "general" in failed and "fixture" in present - failed
    if first is not None and right_there and may_be_built_in:
        first = f"{first} {wording.example_is_right()}"
    return PartResult(part.name, part.label, round(score, 4), round(whole, 4), first)


def _conceded(result: PartResult, concession: Concession | None) -> PartResult:
    """The result, raised to what the oracle concedes."""
    if concession is None or result.problem is None:
        return result
    score = round(concession.share * result.max_score, 4)
    if score <= result.score:
        return result
    return replace(result, score=score, problem=concession.reason, conceded=concession.name)


def _is_explained(
    problems: Mapping[tuple[str, str], str], conceded: Mapping[str, Concession]
) -> bool:
    """Whether of every part with a problem something is conceded that explains it."""
    wrong = {part for _, part in problems}
    return all(part in conceded and conceded[part].explains for part in wrong)


def _damaged_inputs(cases: Sequence[Case], observations: Sequence[Observation]) -> list[str]:
    """Names of the arguments that a call changed, each once, in order."""
    names: dict[str, None] = {}
    for case, seen in zip(cases, observations, strict=True):
        if seen.outcome != "returned" and seen.arguments_after is None:
            continue
        afterwards = seen.arguments_after or (None,) * len(case.arguments)
        for name, before, after in zip(
            case.argument_names, case.arguments, afterwards, strict=True
        ):
            if not same(before, after):
                names[name] = None
    return list(names)


def _verdict(score: float, points: float, observations: Sequence[Observation]) -> Verdict:
    if score >= points:
        return "correct"
    if score > 0:
        return "partial"
    outcomes = [seen.outcome for seen in observations]
    if all(outcome == "not_attempted" for outcome in outcomes):
        return "not_attempted"
    if "timeout" in outcomes:
        return "timeout"
    if "memory" in outcomes:
        return "memory"
    if all(outcome != "returned" for outcome in outcomes):
        return "error"
    return "incorrect"
