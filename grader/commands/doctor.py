"""`grader doctor`: is this machine fit to grade? One line per finding, and the command that mends it."""

from __future__ import annotations

import argparse
from itertools import chain

from ..course import open_course
from ..errors import ALL_WELL, NEEDS_ATTENTION, UsageError


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
    for finding in findings:
        print(f"{finding.level:<7}  {finding.text}", flush=True)
        if finding.remedy:
            print(f"         → {finding.remedy}", flush=True)
        failed += finding.level == "FAIL"
    if failed:
        print(f"Not fit to grade yet: {failed} to mend.")
        return NEEDS_ATTENTION
    if no_course:
        print("This machine is fit to grade, but this is no course: no course was examined.")
        return NEEDS_ATTENTION
    print("This machine and this course are fit to grade.")
    return ALL_WELL
