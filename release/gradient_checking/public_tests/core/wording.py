"""The sentences that students read. Kind, specific, and never the solution.

On the public fixture a message may show the expected number: the notebook prints it anyway. On any
other case it names the entry and the kind of difference, and no number. What a message may repeat of
what the student's code returned or raised is made in `shown.py`, and only there.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import shown
from .compare import Difference
from .protocol import Case, Finding, Item, Observation, Part, PartResult, Plain, Verdict
from .stopping import near, not_reached


def graded_by_hand() -> str:
    """Message of an item that a person grades."""
    return "A person reads and grades this answer."


def was_graded_by_hand() -> str:
    """Message of an item that a person has graded."""
    return "A person has read and graded this answer."


def _number(value: float) -> str:
    return f"{value + 0.0:.8g}"  # a negative zero is shown as 0


def wrong_kind(item: Item, case: Case, value: Plain) -> str:
    """What came back cannot be read as an answer at all."""
    if value is None:
        return (
            f"{shown.where(case)} your function returned None. {item.returns} Is the `return` line still "
            "there, and are all gaps filled?"
        )
    return (
        f"{shown.where(case)} your function returned {shown.describe(value, case)}. {item.returns}"
    )


def entry_missing(name: str, case: Case, others: Sequence[str]) -> str:
    """An entry is not there; of `others`, which nobody asked for, one may be meant for it."""
    said = f"{shown.where(case)} `{name}` is missing from what your function returns"
    meant = near(name, shown.keys(others, case))
    if not meant:
        return f"{said}."
    capitals = ": capitals count" if meant.casefold() == name.casefold() else ""
    return f"{said}; there is a `{meant}` in it{capitals}."


def entry_problem(name: str, part: Part, case: Case, found: Difference, value: Plain) -> str:
    """One entry of the answer, `value`, is not what it should be."""
    where = shown.where(case)
    if found.kind == "none":
        return f"{where} `{name}` is None. Is a gap still empty?"
    if found.kind == "type":
        kind = shown.describe(value, case)
        return f"{where} `{name}` is {kind}, where an array of numbers is expected."
    if found.kind == "shape" and not found.found and shown.is_public(case):
        return f"{where} `{name}` is a single number; its shape should be {found.wanted}."
    if found.kind == "shape":
        shape = shown.shape(found.found, case)
        return f"{where} `{name}` has {shape}; its shape should be {found.wanted}."
    if found.kind == "nonfinite":
        return (
            f"{where} `{name}` contains inf or nan. Look for a division by zero, or for values that "
            "grow without end."
        )
    if not shown.is_public(case):
        return f"{where} `{name}` has the right shape but not the right values."
    index = found.index
    if part.counts_steps and index:  # the caller has stacked what the student's functions gave
        where, index = f"{where}, after step {index[0]},", index[1:]
    place = f"[{', '.join(map(str, index))}]" if index else ""
    count = f" ({found.wrong} of {found.size} values differ)" if found.size > 1 else ""
    return (
        f"{where} `{name}{place}` is {_number(found.returned)}, and should be "
        f"{_number(found.expected)}{count}."
    )


def example_is_right() -> str:
    """Right on the example, wrong on general cases."""
    return (
        "The example is right, so look for a number that belongs to the example, where your function "
        "should use its arguments."
    )


def waits_for(item: Item, part: Part) -> str:
    """A later part cannot be told right or wrong while the one before it is wrong."""
    earlier = next(other.label for other in item.parts if other.name == part.after)
    return f"This rests on the part before it ({earlier}), so mend that one first."


def behind_zeros(item: Item, part: Part) -> str:
    """What rests on zeros is zero, whatever the function does with them."""
    earlier = next(other.label for other in item.parts if other.name == part.after)
    return (
        f"The part before it ({earlier}) hands on nothing but zeros, and behind zeros nothing can be seen. "
        "Mend that one first: then this part is judged by itself."
    )


def inputs_changed(names: Sequence[str]) -> str:
    """The function wrote into its arguments."""
    listed = " and ".join(f"`{name}`" for name in names)
    return (
        f"Your function changes its input {listed}. The caller still needs the old values: build a new "
        "array instead of using +=, -=, *= or /= on something that came in as an argument."
    )


def side_effects(
    item: Item, right: bool, cases: Sequence[Case], observations: Sequence[Observation]
) -> list[str]:
    """What the function changes beside its result, a sentence or two for each kind. Costs nothing.

    Args:
        item: what was judged.
        right: whether it has all points.
        cases: its cases.
        observations: what was seen, in the order of `cases`.
    """
    who = "Your function" if len(item.functions) == 1 else "One of your functions"
    end = (
        "It costs no points."
        if right
        else "That costs nothing by itself; look whether it plays a part here."
    )
    seen = [(case, one.effects) for case, one in zip(cases, observations, strict=True)]
    notes = []
    if any(effects.drew and case.function not in item.may_draw for case, effects in seen):
        notes.append(
            f"{who} draws random numbers, or sets their seed. It has no need to: the result follows from "
            f"the arguments alone. {end}"
        )
    if any(effects.changed for _, effects in seen):
        told = [shown.variables(effects.changed, case) for case, effects in seen]
        names = dict.fromkeys(f"`{name}`" for some in told for name in some)
        kind = "variables" if len(names) > 1 else "a variable"
        what = f"{' and '.join(names)}, {kind} outside of it" if names else f"{kind} outside of it"
        notes.append(
            f"{'' if names else 'On other data '}{who if names else who[0].lower() + who[1:]} changes "
            f"{what}. Keep to variables of its own, and return what is wanted: otherwise another cell, or "
            f"the next call, may come out differently. {end}"
        )
    return notes


def item_message(
    item: Item,
    verdict: Verdict,
    score: float,
    results: Sequence[PartResult],
    damaged: Sequence[str],
    findings: Sequence[Finding] | None,
    cases: Sequence[Case],
    observations: Sequence[Observation],
) -> str:
    """The whole text for one item: a headline, a line per part, each different problem once."""
    public_only = all(map(shown.is_public, cases))
    lines = [
        f"{item.name}: {score:g} of {item.points:g} points{' on the example' if public_only else ''}"
    ]
    attempted = [
        seen for seen in observations if seen.outcome not in ("undefined", "not_attempted")
    ]
    different = {result.problem for result in results} - {not_reached()}
    if not attempted and len(different) == 1 and score == 0 and not damaged:
        lines.append(f"  {results[0].problem}")
        return "\n".join(lines)
    told: set[str] = set()
    for result in results:
        lines.append(f"  {_mark(result)} {result.label}")
        if result.problem is not None:
            again = result.problem in told and result.problem != not_reached()
            lines.append(f"      {'As above.' if again else result.problem}")
            told.add(result.problem)
    if findings is None:
        lines.append(f"  → {unrecognised()}")
    lines += [f"  → {finding.hint}{_places(finding)}" for finding in findings or ()]
    lines += [f"  → {note}" for note in dict.fromkeys(one.note for one in findings or ()) if note]
    if verdict != "correct" and len(item.functions) > 1:
        lines.append("  This calls several functions of yours. Make the checks of each pass first.")
    if damaged:
        lines.append(f"  ✘ {inputs_changed(damaged)}")
    lines += [
        f"  → {note}" for note in side_effects(item, verdict == "correct", cases, observations)
    ]
    if verdict == "correct" and public_only:
        lines.append("  Well done. Grading looks at other data as well.")
    return "\n".join(lines)


def _mark(result: PartResult) -> str:
    if result.score >= result.max_score:
        return "✔"
    return "◐" if result.score > 0 else "✘"


def _places(finding: Finding) -> str:
    """Where a mistake was made, as " (layers 3 and 1)"; nothing if there is one place only."""
    if not finding.places:
        return ""
    kinds = {place.rpartition(" ")[0] for place in finding.places}
    if len(finding.places) == 1 or len(kinds) > 1:
        return f" ({' and '.join(finding.places)})"
    *others, last = (place.rpartition(" ")[2] for place in finding.places)
    return f" ({kinds.pop()}s {', '.join(others)} and {last})"


def unrecognised() -> str:
    """What came back is not what any known mistake leads to."""
    return (
        "I do not recognise what happened here. Go through the formula term by term, and print the "
        "parts."
    )


def to_be_graded() -> tuple[str, str]:
    """Mark and words of the progress report for an answer that a person grades; nobody here sees it."""
    return "✎", "write it; a person reads it"


def not_run_yet() -> tuple[str, str]:
    """Mark and words of the progress report for a function that is not defined."""
    return "·", "not run yet: run its cell"


def progress_word(verdict: Verdict) -> tuple[str, str]:
    """A mark and a few words for the progress report."""
    if verdict == "correct":
        return "✔", "right on the example"
    if verdict == "not_attempted":
        return "·", "there is still an empty gap"
    if verdict == "partial":
        return "◐", "partly right: run its check"
    return "✘", "not right yet: run its check"
