"""A replay for people to read in a terminal, on a hundred columns or what there is.

Texts, names and numbers may be a student's: every line is made by `replay_lines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from testcases.core.compare import Difference
from testcases.core.protocol import Plain
from testcases.core.shown import is_public

from .replay import Replay, ReplayedItem
from .replay_cases import SeenCase, allowed
from .replay_json import digests, versions
from .replay_lines import MOST_PLACES, cut, filled, value_lines
from .table import COLOURS, MARKS
from .terminal import Terminal
from .words import of_points, points

_OUTCOMES = {
    "undefined": "the function is not defined",
    "not_attempted": "a gap is still empty",
    "timeout": "it did not come to an end in time",
    "memory": "it asked for more memory than there is",
    "died": "the Python process ended over it, or over one before it",
}


def lines(replay: Replay, items: Sequence[ReplayedItem], everything: bool) -> Iterator[str]:
    """The whole text.

    Args:
        replay: the replay.
        items: those of its items, with those of their cases, that are to be shown.
        everything: show the numbers of all cases; else, for each item, of the first that is not right.
    """
    yield from _head(replay, everything)
    if replay.graded.record.problem is not None:
        return  # the items have nothing to add
    for one in items:
        yield ""
        yield from _item(replay, one, everything)


def painted(line: str, terminal: Terminal) -> str:
    """A line of this text with the mark that it begins with in colour."""
    margin = line[: len(line) - len(line.lstrip())]
    mark = line[len(margin) : len(margin) + 1]
    if mark not in ("✔", "◐", "✘"):
        return line
    return margin + terminal.paint(mark, COLOURS[mark]) + line[len(margin) + 1 :]


def _head(replay: Replay, everything: bool) -> Iterator[str]:
    comparison, submission = replay.comparison, replay.submission
    when = f", handed in {replay.handed_in}" if replay.handed_in else ""
    yield from filled(f"{submission.student}: {submission.assignment}{when}", "")
    if replay.graded.record.problem is not None:
        yield from filled(f"not graded: {replay.graded.record.problem}", "  ")
    else:
        counts = Counter(one.reading.verdict for one in replay.items)
        parts = (
            f"{counts[verdict]} {words}" for verdict, (_, words) in MARKS.items() if counts[verdict]
        )
        yield from filled(f"{of_points(comparison.replayed)}, items: {', '.join(parts)}", "  ")
        if not everything and not all(seen.right for one in replay.items for seen in one.cases):
            yield from filled(
                "In full: of each item the first case that is not right. For others give --item, --case or --all.",
                "  ",
            )
    yield f"  with {', '.join(f'{name} {number}' for name, number in versions().items())}"
    if not replay.jailed:
        yield "  without a jail, so what the functions returned was not kept"
    yield "  digests (SHA-256, or its beginning)"
    for name, digest in digests(replay).items():
        yield f"    {name:<13} {digest}"
    if replay.recorded is not None:
        word = "the one that was graded" if comparison.same_submission else "NOT the one graded"
        yield f"  The submission is {word}."
    recorded = comparison.recorded
    grades = replay.recorded.grades if replay.recorded is not None else None
    if recorded is not None and grades is not None:
        yield f"  Recorded: {points(recorded)} by the autograder, {points(grades.total)} in all"
    yield (
        f"  Replayed: {points(comparison.replayed)} by the autograder: "
        f"{'the same' if comparison.same_score else 'NOT the same'}"
    )
    for reason in comparison.reasons:
        yield from filled(reason, "    - ", "      ")
    for note in (*comparison.notes, *replay.graded.record.notes):
        yield from filled(f"note: {note}", "    - ", "      ")


def _item(replay: Replay, one: ReplayedItem, everything: bool) -> Iterator[str]:
    item, reading, name = one.item, one.reading, one.item.grade_id
    mark, words = MARKS[reading.verdict]
    given = "" if one.points is None else f"  {points(one.points)} of {of_points(item.points)}"
    recorded = replay.recorded
    grades = recorded.grades.by_id if recorded is not None and recorded.grades else {}
    before = grades[name].auto if name in grades else None
    if recorded is not None and before != one.points:
        given += f" (recorded: {'nothing' if before is None else points(before)})"
    yield f"{mark} {name}  {words}{given}".rstrip()
    if one.mistakes:
        yield from filled(f"mistakes: {', '.join(one.mistakes)}", "  ")
    read = recorded.readings.get(name) if recorded is not None else None
    if read is not None and read.message != reading.message:
        yield "  The student read:"
        yield from filled(read.message, "    | ")
        yield "  Now it reads:"
    else:
        yield "  The student reads:"
    yield from filled(reading.message, "    | ")
    first = next((seen for seen in one.cases if not seen.right), None)
    for seen in one.cases:
        yield from _case(one, seen, everything or seen is first)


def _case(one: ReplayedItem, seen: SeenCase, in_full: bool) -> Iterator[str]:
    case = seen.case
    mark = {True: "✔", False: "✘", None: "?"}[seen.right]
    kind = "public" if is_public(case) else f"hidden, {case.family}"
    if case.family not in one.item.families:
        kind += ", without points"
    parts = f"; tells about {', '.join(case.parts)}" if case.parts else ""
    yield ""
    yield from filled(f"{mark} {case.name} ({kind}): {case.description}{parts}", "  ", "    ")
    if not in_full:
        return
    yield from filled(f"given to {case.function}", "      ")
    for name, argument in zip(case.argument_names, case.arguments, strict=True):
        yield from value_lines(argument, name, "        ")
    if seen.changed:
        yield from filled(f"It changed what it was given: {', '.join(seen.changed)}", "      ")
    yield from _returned(seen)


def _returned(seen: SeenCase) -> Iterator[str]:
    observation, known = seen.observation, seen.returned
    if observation is None:
        yield "      expected (what came back was not kept)"
    elif observation.outcome != "returned":
        yield from _stopped(seen)
        if known:
            yield "      had worked out by then"
            yield from _entries(seen, known)
        yield "      expected" if not known else "      expected, and not come to"
    elif known is None:
        yield "      returned, and cannot be read as an answer:"
        yield from value_lines(observation.value, "value", "        ")
        yield "      expected"
    else:
        yield "      returned"
        yield from _entries(seen, known)
        return
    for name, expected in seen.expected.items():
        if name not in (known or {}):
            yield from value_lines(expected, name, "        ")


def _entries(seen: SeenCase, known: Mapping[str, Plain]) -> Iterator[str]:
    """What came back by name: first what is right, then what is not, then what does not matter."""
    for name in seen.expected:
        if name in known and name not in seen.differences:
            yield from value_lines(known[name], name, "        ✔ ")
    for name, found in seen.differences.items():
        yield from filled(f"{name}: {_in_words(found)}", "        ✘ ", "          ")
        if name in known:
            yield from value_lines(known[name], "returned", "            ")
        yield from value_lines(seen.expected[name], "expected", "            ")
    others = [name for name in known if name not in seen.expected]
    if others:
        listed = ", ".join(others[:MOST_PLACES])
        yield from filled(f"not looked at: {cut(listed)}", "        ")


def _stopped(seen: SeenCase) -> Iterator[str]:
    assert seen.observation is not None
    outcome, fault = seen.observation.outcome, seen.observation.fault
    yield from filled(f"did not return: {_OUTCOMES.get(outcome, 'it raised')}", "      ")
    if fault is None or outcome == "undefined":
        return
    yield from filled(cut(f"{fault.type}: {fault.message}"), "        ")
    if fault.line:
        yield from filled(cut(f"line {fault.line} of {fault.function}: {fault.source}"), "        ")


def _in_words(found: Difference) -> str:
    if found.kind == "shape":
        return f"its shape is {found.found}, and should be {found.wanted}"
    if found.kind == "values":
        place = f" at [{', '.join(map(str, found.index))}]" if found.index else ""
        gap = abs(found.returned - found.expected)
        return (
            f"{found.wrong} of {found.size} values differ; most{place}: {found.returned:.10g} instead "
            f"of {found.expected:.10g}, a difference of {gap:.3g} where {allowed(found.expected):.2g} is "
            "allowed"
        )
    words = {
        "missing": "is missing",
        "none": "is None",
        "type": "is no array of numbers",
        "nonfinite": "contains inf or nan",
    }
    return words[found.kind]
