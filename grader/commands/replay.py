"""`grader replay STUDENT`: run one submission again on the very same cases, and explain."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from ..archive import check_archive_name
from ..arguments import meant
from ..course import Course, open_course, shown
from ..errors import ALL_WELL, NEEDS_ATTENTION, UsageError
from ..platforms import require_linux
from ..progress import LOADING, say
from ..terminal import tell, terminal_of
from ..writing import check_writable, write_anywhere

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment

    from ..replay import ReplayedItem

_STDOUT = "-"


def run(options: argparse.Namespace) -> int:
    """Replay, tell, and say whether the submission could be read and its grade on record is confirmed."""
    course = open_course(options.course_dir)
    student: str = options.student
    name = course.choose_assignment(options.assignment, student)
    require_linux("replay")
    _check_student(course, name, student)
    if options.json not in (None, _STDOUT):
        check_writable(Path(options.json), course, options.db)
    if options.bundle is not None:
        check_writable(Path(options.bundle), course, options.db, stdout=False)
        check_archive_name(options.bundle)
    if options.no_jail:
        say(
            "--no-jail: the submission runs with your rights. It can read and change all your files, "
            "and use the network."
        )
    say(LOADING)
    from ..releasing import known_assignment
    from ..replay import replay
    from ..replay_bundle import bundle, write_bundle
    from ..replay_json import document
    from ..replay_lines import fitted
    from ..replay_text import lines, painted

    wanted = _item_ids(known_assignment(name), options.item)
    done = replay(course, name, student, options.db, not options.no_jail)
    items = _chosen(done.items, wanted, options.case)
    report = sys.stdout
    if options.json is not None:
        text = json.dumps(document(done, items), allow_nan=False) + "\n"
        if options.json == _STDOUT:
            sys.stdout.write(text)
            report = sys.stderr
        else:
            write_anywhere(Path(options.json), [text], private=True)  # it holds hidden cases
    narrowed = bool(options.item or options.case)
    terminal = terminal_of(report)
    with fitted(terminal.columns):
        for line in lines(done, items, everything=options.all or narrowed):
            print(painted(line, terminal), file=report)
    if options.bundle is not None:
        write_bundle(Path(options.bundle), bundle(done))
        print(f"\nBundle: {shown(options.bundle)}", file=report)
        for line in _how_to_run(items):
            print(f"  {line}", file=report)
    elif not all(seen.right for one in items for seen in one.cases):
        tell(
            "\nTo run a case yourself, give --bundle FILE.zip: it holds all inputs and results, every array "
            "whole, and says how.",
            report,
        )
    unread = done.graded.record.problem is not None
    return ALL_WELL if done.comparison.well and not unread else NEEDS_ATTENTION


def _how_to_run(items: Sequence[ReplayedItem]) -> Iterator[str]:
    """How to go on with a bundle; with a case that is not right as the example, if there is one."""
    yield "Confidential, for instructors only: it holds hidden cases and their right answers."
    known = [(seen, one) for one in items for seen in one.cases]
    if known:
        seen, one = next((pair for pair in known if not pair[0].right), known[0])
        yield "To run a case yourself, unpack it into a folder of its own, go there, and in Python:"
        yield f'  import look; case = look.load("{one.item.grade_id}", "{seen.case.name}")'
        yield "  case.arguments, case.expected, case.returned"
        yield "  look.call(the_function, case)  # paste the function first; it runs with your rights"


def _check_student(course: Course, name: str, student: str) -> None:
    folder = course.submitted(student, name)
    known = course.students(name)
    if student in known:
        return
    if "/" not in student and folder.parent.is_dir():
        raise UsageError(
            f"Cannot replay {student!r}: nothing was handed in for {name!r}. Put it into {folder}, or "
            "name another student."
        )
    others = f" Those who handed in are listed by: ls {quote(str(course.root / 'submitted'))}"
    raise UsageError(
        f"Cannot replay {student!r}: there is no submission in {folder}."
        f"{meant(student, known) or others}"
    )


def _item_ids(assignment: Assignment, wanted: list[str] | None) -> set[str] | None:
    """The grade_ids of the items that were named, by grade_id or by function; None for all."""
    if not wanted:
        return None
    by_name = {item.name: item.grade_id for item in assignment.items}
    by_name |= {item.grade_id: item.grade_id for item in assignment.items}
    for name in wanted:
        if name not in by_name:
            raise UsageError(
                f"Cannot show item {name!r}: {assignment.name!r} has none of that name."
                f"{meant(name, by_name)} There are: "
                f"{', '.join(item.grade_id for item in assignment.items)}."
            )
    return {by_name[name] for name in wanted}


def _chosen(
    items: Iterable[ReplayedItem], wanted: set[str] | None, cases: list[str] | None
) -> list[ReplayedItem]:
    """The items that are to be shown, with the cases that are to be shown."""
    chosen = [one for one in items if wanted is None or one.item.grade_id in wanted]
    if not cases:
        return chosen
    known = list(dict.fromkeys(seen.case.name for one in chosen for seen in one.cases))
    for name in cases:
        if name not in known:
            raise UsageError(
                f"Cannot show case {name!r}: there is none of that name."
                f"{meant(name, known)} There are: {', '.join(known) or 'none'}."
            )
    narrowed = [
        replace(one, cases=tuple(seen for seen in one.cases if seen.case.name in cases))
        for one in chosen
    ]
    return [one for one in narrowed if one.cases]
