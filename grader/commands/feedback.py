"""`grader feedback`: HTML feedback for students."""

from __future__ import annotations

import argparse
import sys

from ..course import open_course
from ..errors import ALL_WELL, NEEDS_ATTENTION
from ..progress import track
from ..workplace import working_folder


def run(options: argparse.Namespace) -> int:
    """Write feedback, and say where."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    from ..feedback import graded_students, write_feedback
    from ..terminal import printable

    students = graded_students(course, name, options.student)
    working_folder(course.root / "feedback")  # told once, not of every student
    pages = list(
        track(write_feedback(course, name, students), f"feedback on {name}", len(students))
    )
    for page in pages:
        if page.file is not None:
            print(printable(str(page.file)))
    failed = [page for page in pages if page.file is None]
    for page in failed:
        print(
            f"grader: Cannot write feedback for {page.student!r}: {page.problem}", file=sys.stderr
        )
    return NEEDS_ATTENTION if failed else ALL_WELL
