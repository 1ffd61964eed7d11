"""`grader verify`: is this assignment fit to be released? One line per check, and a remedy if not."""

from __future__ import annotations

import argparse
import sys

from ..course import open_course
from ..errors import ALL_WELL, NEEDS_ATTENTION
from ..terminal import LEVELS, tell, terminal_of

#: A failing check shows at most so many problems.
_SHOWN = 8


def run(options: argparse.Namespace) -> int:
    """Run every check, print the table, and say whether all passed."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    from ..judge_files import require_own_judge

    require_own_judge(course, "verify")
    from ..aside import running
    from ..gate import Outcome, Subject, pass_through  # takes seconds to import
    from ..gate_checks import CHECKS
    from ..nbgrader_course import markers_of, nbgrader_for
    from ..releasing import known_assignment, read_source

    terminal, blank = terminal_of(sys.stdout), " " * 8

    def show(outcome: Outcome) -> None:
        level = "PASS" if outcome.passed else "FAIL" if outcome.tried else "CAUTION"
        first = f"{terminal.paint(level, LEVELS[level])}  "
        lines = terminal.filled(outcome.check.name, first, " " * (len(level) + 2))
        for text in filter(None, [outcome.figures, *outcome.problems[:_SHOWN]]):
            lines += terminal.filled(text, blank, blank)
        if len(outcome.problems) > _SHOWN:
            lines.append(f"{blank}and {len(outcome.problems) - _SHOWN} more")
        if not outcome.passed:  # never broken, so that a command can be copied from it
            lines.append(f"      → {outcome.remedy}")
        print(*lines, sep="\n", flush=True)

    assignment, source = known_assignment(name), read_source(course, name)
    failed = untried = 0
    with running(course, course.source(name), source) as whole, nbgrader_for(course) as nbgrader:
        subject = Subject(course, assignment, nbgrader, markers_of(nbgrader), source, whole)
        for outcome in pass_through(subject, CHECKS):
            show(outcome)
            failed += outcome.tried and not outcome.passed
            untried += not outcome.tried
    if failed:
        tell(f"{name} is not fit to be released: {failed} of {len(CHECKS)} checks failed.")
        return NEEDS_ATTENTION
    if untried:
        tell(
            f"{name} passes what can be checked here; {untried} of {len(CHECKS)} checks were not tried."
        )
        return NEEDS_ATTENTION
    tell(f"{name} is fit to be released.")
    return ALL_WELL
