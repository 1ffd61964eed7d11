"""`grader doctor`: is this machine fit to grade? One line per finding, and the command that mends it."""

from __future__ import annotations

import argparse
import sys
from itertools import chain

from ..course import open_course
from ..errors import ALL_WELL, NEEDS_ATTENTION, UsageError
from ..terminal import LEVELS, tell, terminal_of


def run(options: argparse.Namespace) -> int:
    """Examine the machine, and the course folder that we stand in or that was named."""
    from ..health import Finding, examine_course, examine_machine  # takes a second to import

    no_course = False
    try:
        findings = chain(examine_machine(), examine_course(open_course(options.course_dir)))
    except UsageError as error:
        no_course = True
        text, _, remedy = str(error).partition(". ")
        findings = chain(examine_machine(), [Finding("CAUTION", text, remedy)])
    failed = 0
    terminal, blank = terminal_of(sys.stdout), " " * 9
    for finding in findings:
        level = terminal.paint(f"{finding.level:<7}", LEVELS[finding.level])
        tell(finding.text, first=f"{level}  ", below=blank)
        if finding.remedy:  # never broken, so that a command can be copied from it
            print(f"{blank}→ {finding.remedy}", flush=True)
        failed += finding.level == "FAIL"
    if failed:
        verdict = f"Not fit to grade yet: {failed} to mend."
    elif no_course:
        verdict = "This machine is fit to grade, but this is no course: no course was examined."
    else:
        verdict = "This machine and this course are fit to grade."
    tell(verdict)
    return NEEDS_ATTENTION if failed or no_course else ALL_WELL
