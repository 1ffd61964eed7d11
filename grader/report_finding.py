"""What a report found, in three sentences. A mistake's name in words stands in quotation marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testcases.core.protocol import Item

from .report_statistics import ItemFigures, MistakeFigures, ScoreSummary
from .words import counted, in_words, listed, of_points, percent, points


def finding(
    absent: tuple[int, int],
    summary: ScoreSummary | None,
    max_score: float,
    figures: Sequence[ItemFigures],
    made: Sequence[MistakeFigures],
    items: Sequence[Item],
) -> tuple[str, str, str]:
    """How the class did, the item that costs most, and the commonest mistake.

    Args:
        absent: how many could not be graded, and how many are not graded yet; the scores are without them.
        summary: of all scores; None if there are none.
        max_score: what can be had.
        figures: of the items.
        made: mistakes, the commonest first, without those that only show what is wrong elsewhere.
        items: of the assignment.
    """
    names = {item.grade_id: item.name for item in items}
    return (
        _on_scores(absent, summary, max_score),
        _on_items(figures, names),
        _on_mistakes(made, names),
    )


def _on_scores(absent: tuple[int, int], summary: ScoreSummary | None, max_score: float) -> str:
    count = 0 if summary is None else summary.count
    void, waiting = absent
    who = counted(count + void + waiting, "student") + " handed in"
    if summary is None and absent == (1, 0):
        return f"{who}; the submission could not be graded, so there is no score."
    if summary is None:
        return f"{who}; {_absent(absent)}, so nobody has a score."
    if count == 1:
        what = f"score is {points(summary.mean)} of {points(max_score)}"
    elif count == 2:  # the median is the same
        what = f"mean score is {points(summary.mean)} of {points(max_score)}"
    else:
        what = (
            f"mean score is {points(summary.mean)} of {points(max_score)}, the median "
            f"{points(summary.median)}"
        )
    if not void + waiting:
        return f"{who}; the {what}."
    return f"{who}; {_absent(absent)}. Without {'this one' if void + waiting == 1 else 'these'} the {what}."


def _absent(absent: tuple[int, int]) -> str:
    void, waiting = absent
    parts = []
    if void:
        parts.append(f"{void} could not be graded")
    if waiting:
        parts.append(f"{waiting} {'is' if waiting == 1 else 'are'} not graded yet")
    return " and ".join(parts)


def _on_items(figures: Sequence[ItemFigures], names: Mapping[str, str]) -> str:
    known = [(item.points - item.mean, item) for item in figures if item.mean is not None]
    if not any(item.counted + item.waiting for item in figures):
        return "No submission could be run, so nothing is known of the items."
    if not known:
        return "No item has all its points yet."
    lost, item = max(known, key=lambda pair: pair[0])
    if points(lost) == "0" or lost < 0:
        return "No item costs anybody a point."
    average = "on average " if item.counted > 1 else ""
    alike = [names[one.grade_id] for other, one in known if points(other) == points(lost)]
    if len(alike) > 1:
        verb = "is" if points(lost) == "1" else "are"
        return f"The items that cost most are {listed(alike)}: {average}{of_points(lost)} {verb} lost at each."
    of = f"of its {of_points(item.points)}"
    if item.mean == 0:
        return f"The item that costs most is {names[item.grade_id]}: nobody has any {of}."
    verb = "is" if points(lost) == "1" else "are"
    return f"The item that costs most is {names[item.grade_id]}: {average}{points(lost)} {of} {verb} lost."


def _on_mistakes(made: Sequence[MistakeFigures], names: Mapping[str, str]) -> str:
    if not made:
        return "No mistake was recognised."
    most = made[0]
    what = f'"{in_words(most.name)}", at {names[most.grade_id]}'
    if most.count > 1:
        who = f"{counted(most.count, 'student')} ({percent(most.share)})"
        return f"The commonest mistake is {what}: {who} made it."
    if len(made) == 1:
        return f"The only mistake is {what}: one student made it."
    if most.share == 1:  # of a class of one
        return f"The mistake that cost most is {what}: {of_points(most.lost)}."
    # Of mistakes made equally often the costliest comes first.
    return f"No mistake was made twice; the one that cost most is {what}: {of_points(most.lost)}."
