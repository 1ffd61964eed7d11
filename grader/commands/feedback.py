"""`grader feedback`: HTML feedback for students."""

from __future__ import annotations

import argparse
import sys

from ..course import open_course, shown
from ..errors import ALL_WELL, NEEDS_ATTENTION
from ..progress import track
from ..terminal import printable, tell
from ..workplace import working_folder

#: So many pages are named one by one; more are counted.
_NAMED = 3


def run(options: argparse.Namespace) -> int:
    """Write feedback, and say where and for how many."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    from ..feedback import graded_students, write_feedback

    students = graded_students(course, name, options.student)
    working_folder(course.root / "feedback")  # told once, not of every student
    pages = list(
        track(write_feedback(course, name, students), f"feedback on {name}", len(students))
    )
    written = [page.file for page in pages if page.file is not None]
    if len(written) > _NAMED:
        every = shown(course.feedback("STUDENT", name) / f"{name}.html")
        tell(f"Feedback: {every}, for {len(written)} students")
    else:
        for file in written:
            tell(f"Feedback: {printable(shown(file))}")
    failed = [page for page in pages if page.file is None]
    for page in failed:
        tell(f"grader: Cannot write feedback for {page.student!r}: {page.problem}", sys.stderr)
    return NEEDS_ATTENTION if failed else ALL_WELL
