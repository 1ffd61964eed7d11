"""Sentences of the page that depend on how many there are: right for none, one, two, three and five thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .report import Card, Report
from .report_carried import Carried
from .report_movement import Movement
from .report_persons import STOPPED, Late, Stop
from .report_statistics import FEWEST, ItemFigures, MistakeFigures
from .words import counted, listed, of_points, points

#: Up to so many scores are told one by one; of fewer than four there are no quarters.
SINGLE = 3
_NUMBERS = {2: "two", 3: "three"}
#: Fewer students than this, and an item's figures are rough.
FEW = 30


def on_scores(report: Report) -> str:
    """Where the scores lie."""
    found, most = report.scores, points(report.max_score)
    if found is None:
        return "Nobody has a score."
    low, high = points(found.lowest), points(found.highest)
    if found.count == 1:
        return f"There is one score: {low} of {most} points."
    if low == high:
        who = "Both students have" if found.count == 2 else f"All {found.count} students have"
        return f"{who} {low} of {most} points."
    if found.count <= SINGLE:
        each = [found.lowest, found.median, found.highest] if found.count == 3 else None
        each = each or [found.lowest, found.highest]
        return f"The {_NUMBERS[found.count]} scores are {listed([*map(points, each)])} of {most} points."
    first, third = map(points, found.quartiles)
    # Where both quartiles are the same, all that lies between them is, and that is half of the class.
    middle = (
        f"Half of the class or more has {first} of {most} points."
        if first == third
        else f"Half of the class has between {first} and {third} of {most} points."
    )
    return f"{middle} The lowest score is {low}, the highest {high}."


def on_absent(report: Report) -> str:
    """Whose score is in none of the figures; empty if there is nobody."""
    absent = len(report.ungradable)
    if not absent:
        return ""
    one = absent == 1
    return (
        f"{counted(absent, 'submission')} could not be graded: {'it has' if one else 'they have'} no score, "
        f"here and in the exports, and {'is' if one else 'are'} left out."
    )


def quiet(report: Report) -> list[tuple[str, str]]:
    """What has nothing to tell: a heading and a sentence for each."""
    found = []
    if not report.needs_person and not report.noticed:
        found.append(("Needs attention", "nothing; every submission could be graded."))
    if not report.waiting:
        found.append(("Answers to read", "none; every answer has its points."))
    if 0 < report.run < FEWEST:
        found.append(
            ("Difficulty and discrimination", "they need three students whose work could be run.")
        )
    if not report.stops and report.run:
        found.append(("Time-outs and faults", "none; every answer came to an end."))
    if not report.has_deadline:
        found.append(("Late work", "the gradebook has no deadline for this assignment."))
    elif not report.late:
        found.append(("Late work", "none; whatever has a time was handed in before its deadline."))
    if report.movement is None:
        found.append(
            (
                "Since the grading before",
                "nothing to compare with yet. A report that was written to a file is what the next one "
                "compares with if the results differ; or name the result lines of an earlier grading with "
                "`--before`.",
            )
        )
    if report.similarity is None:
        how = f"`grader report {report.assignment} --similar` does it."
        found.append(("Answers that are alike", f"not compared. {how}"))
    elif not report.similarity.pairs:
        found.append(("Answers that are alike", report.similarity.sentence))
    return found


def on_roughness(run: int) -> str:
    """How far the figures of items can be trusted in a small class; empty in a large one"""
    if run >= FEW:
        return ""
    return f"With {counted(run, 'student')}, both are rough."


def on_missing(figures: Sequence[ItemFigures]) -> str:
    """Why some items have no difficulty or no discrimination; empty if all have both."""
    told = []
    if any(item.waiting for item in figures):
        told.append(
            "While an answer to an item waits for a person, the item has neither: so far only the empty "
            "answers may have points."
        )
    if any(item.share is not None and item.discrimination is None for item in figures):
        told.append(
            "An item has no discrimination where all have the same points for it, or for all others."
        )
    return " ".join(told)


def reading(item: ItemFigures) -> str:
    """What an item's figures say, in a few words."""
    if item.waiting:
        return f"{counted(item.waiting, 'answer')} still to read"
    if item.share is None:
        return "no points yet"
    if item.share >= 0.95:
        easy = "nearly everybody has it"
    elif item.share >= 0.75:
        easy = "easy"
    elif item.share >= 0.4:
        easy = "medium"
    else:
        easy = "hard"
    r = item.discrimination
    if r is None:
        return easy
    if r < 0:
        return f"{easy}; weak students do better at it: look at it"
    if r < 0.2:
        return f"{easy}; hardly tells strong from weak"
    return f"{easy}; tells strong from weak" + (" well" if r >= 0.4 else "")


def on_loss(mistake: MistakeFigures) -> str:
    """What a mistake cost."""
    if points(mistake.lost) == "0":
        return "no points lost"
    return f"{of_points(mistake.lost)} lost" + (" on average" if mistake.count > 1 else "")


def on_carried(one: Carried, of: int, place: str) -> str:
    """That a mistake in a function shows at an item that calls it, and what is lost there.

    Not all of that need come from this mistake: there may be others in other functions.
    """
    who = f"all {of}" if one.count == of else f"{one.count} of them"
    if of == 1:
        who = "this student"
    if points(one.lost) == "0":
        return f"It shows in {place} as well, where {who} lost nothing."
    average = " on average" if one.count > 1 else ""
    return f"It shows in {place} as well, where {who} lost {of_points(one.lost)}{average}."


def on_untouched(one: Carried, place: str) -> str:
    """What is lost at an item by those who left a function that it calls as handed out."""
    average = " on average" if one.count > 1 else ""
    return f"in {place} {counted(one.count, 'student')} lost {of_points(one.lost)}{average}"


def on_rest(cards: Sequence[Card]) -> str:
    """What is folded away of the mistakes."""
    number = len(cards)
    if all(card.figures.count == 1 for card in cards):
        each = "made by one student" if number == 1 else "each made by one student"
        return f"{counted(number, 'more mistake')}, {each}"
    return f"{counted(number, 'rarer mistake')}"


def on_stops(stops: Sequence[Stop]) -> str:
    """How many answers did not come to an end of their own, and why."""
    counts = Counter(stop.verdict for stop in stops)
    parts = [f"{counts[kind]} {words}" for kind, words in STOPPED.items() if counts[kind]]
    return f"Of all answers, {listed(parts)}."


def on_late(late: Sequence[Late]) -> str:
    """How many were late, and what it cost."""
    taken = sum(one.penalty for one in late)
    was = "was" if points(taken) == "1" else "were"
    who = f"{counted(len(late), 'submission')} {'was' if len(late) == 1 else 'were'} late."
    if points(taken) == "0":
        return f"{who} No points were taken off for it."
    return f"{who} {of_points(taken)} {was} taken off for it{' in all' if len(late) > 1 else ''}."


def on_movement(moved: Movement) -> str:
    """Who rose and who fell, who is new and who is gone."""
    sentences = []
    if moved.compared == 1:
        way = "rose" if moved.rose else "fell" if moved.fell else "is what it was"
        sentences.append(f"One student has a score in both gradings, and it {way}.")
    elif moved.compared:
        parts = []
        if moved.rose:
            parts.append(f"{moved.rose} rose")
        if moved.fell:
            parts.append(f"{moved.fell} fell")
        who = f"Of the scores of {moved.compared} students in both gradings, "
        sentences.append(f"{who}{listed(parts) or 'none changed'}.")
    else:
        sentences.append("No student has a score in both gradings.")
    if moved.means is not None and moved.compared > 1 and moved.moved:
        sentences.append(
            f"The mean went from {points(moved.means[0])} to {points(moved.means[1])}."
        )
    for students, one, several in (
        (moved.joined, "has a score only now", "have a score only now"),
        (moved.left, "had one only then", "had one only then"),
    ):
        if students:
            what = one if len(students) == 1 else several
            sentences.append(f"{counted(len(students), 'student')} {what}.")
    return " ".join(sentences)
