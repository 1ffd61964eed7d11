"""What a report found, in three sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testcases.core.protocol import Item

from .report_statistics import ItemFigures, MistakeFigures, ScoreSummary


def finding(
    handed_in: int,
    summary: ScoreSummary,
    max_score: float,
    figures: Sequence[ItemFigures],
    made: Sequence[MistakeFigures],
    items: Sequence[Item],
) -> tuple[str, str, str]:
    """How the class did, the item that costs most, and the commonest mistake.

    Args:
        handed_in: how many did, those that are not graded among them.
        summary: of all scores.
        max_score: what can be had.
        figures: of the items.
        made: mistakes, the commonest first.
        items: of the assignment.
    """
    names = {item.grade_id: item.name for item in items}
    # An item that calls several functions shows once more what is wrong in each.
    own = {item.grade_id for item in items if len(item.functions) == 1}
    first = [one for one in made if one.grade_id in own] or made
    return (
        _on_scores(handed_in, summary, max_score),
        _on_items(figures, names),
        _on_mistakes(first, names),
    )


def _on_scores(handed_in: int, summary: ScoreSummary, max_score: float) -> str:
    who = _students(handed_in) + " handed in"
    if summary.count < handed_in:
        who += f", {summary.count} of them {'is' if summary.count == 1 else 'are'} graded"
    return f"{who}; the mean score is {summary.mean:.1f} of {max_score:g}, the median {summary.median:g}."


def _on_items(figures: Sequence[ItemFigures], names: Mapping[str, str]) -> str:
    # Until a person has read all of them, those that are counted may be the empty answers alone.
    known = [
        (item.points - item.mean, item)
        for item in figures
        if item.mean is not None and not item.waiting
    ]
    if not known:
        return "No item has all its points yet."
    lost, item = max(known, key=lambda pair: pair[0])
    if lost <= 0:
        return "No item costs anybody a point."
    return (
        f"The item that costs most is {names[item.grade_id]}: on average {lost:.1f} of its "
        f"{item.points:g} points are lost."
    )


def _on_mistakes(made: Sequence[MistakeFigures], names: Mapping[str, str]) -> str:
    if not made:
        return "No mistake was recognised."
    most = made[0]
    return (
        f"The commonest mistake is {most.name}, at {names[most.grade_id]}: {_students(most.count)} "
        f"({most.share * 100:.0f} %) made it."
    )


def _students(count: int) -> str:
    return f"{count} student{'' if count == 1 else 's'}"
