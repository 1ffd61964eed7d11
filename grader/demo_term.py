"""What happens in a term beside grading, acted out for `grader demo`: a deadline, work that comes late or
comes again, and a teacher who reads.

Import only inside commands: nbgrader is slow.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

from nbgrader.api import Gradebook

from testcases.core.protocol import Assignment, SampleSubmission

from .course import Course
from .nbgrader_course import nbgrader_for
from .results import Result
from .submissions import TIMESTAMP_FILE
from .synthetic import HANDED_IN, TIME_FORMAT, Handout, write_submission

#: So long after everybody else was the deadline, in UTC.
_GRACE = timedelta(hours=1)
#: So long after the deadline some hand in: a moment, and a day.
_LATE = (timedelta(minutes=12), timedelta(days=1, hours=3))
#: Which students, counted from 1.
_LATE_ONES = (10, 20)
#: What the teacher has to say, with the share of the points that goes with it.
_REMARKS = (
    (0.7, "The main point is there. Say also how far the numbers can be trusted."),
    (0.5, "A beginning. Give the figures it rests on, and what speaks against it."),
    (0.4, "Too short to follow: write it for somebody who was not there."),
)


def set_deadline(course: Course, assignment: str) -> None:
    """Let the assignment be due a little after most have handed in."""
    with (
        nbgrader_for(course) as nbgrader,
        closing(Gradebook(nbgrader.gradebook_url, nbgrader.course_id)) as gradebook,
    ):
        gradebook.update_or_create_assignment(assignment, duedate=_handed_in() + _GRACE)


def come_late(course: Course, assignment: str, samples: Sequence[SampleSubmission]) -> None:
    """Two of the class handed in after the deadline; in a smaller class, fewer."""
    for after, number in zip(_LATE, _LATE_ONES, strict=True):
        if number > len(samples):
            return
        sample = samples[number - 1]
        file = course.submitted(sample.student, assignment) / TIMESTAMP_FILE
        file.write_text((_handed_in() + _GRACE + after).strftime(TIME_FORMAT), encoding="utf-8")


def hand_in_again(
    handout: Handout, samples: Sequence[SampleSubmission], solved: SampleSubmission
) -> SampleSubmission | None:
    """One whose answers were partly right hands in right ones, still in time.

    Returns:
        What was handed in; None if there is no such student.
    """
    for sample in samples:
        verdicts = set(sample.expected.values())
        if "partial" in verdicts and "incorrect" not in verdicts:
            better = replace(solved, student=sample.student, description="handed in again")
            folder = handout.course.submitted(sample.student, handout.assignment)
            shutil.rmtree(folder)
            write_submission(handout, better)
            at = _handed_in() + _GRACE / 2
            (folder / TIMESTAMP_FILE).write_text(at.strftime(TIME_FORMAT), encoding="utf-8")
            return better
    return None


def read_answers(
    course: Course, assignment: Assignment, students: Sequence[str], results: Sequence[Result]
) -> int:
    """A teacher reads some of these students' written answers, as in the formgrader: points, a comment.

    Returns:
        How many were read.
    """
    with (
        nbgrader_for(course) as nbgrader,
        closing(Gradebook(nbgrader.gradebook_url, nbgrader.course_id)) as gradebook,
    ):
        name, read = assignment.name, 0
        waiting = _waiting(students, results)
        for (share, words), (student, grade_id, points) in zip(_REMARKS, waiting, strict=False):
            grade = gradebook.find_grade(grade_id, name, name, student)
            grade.manual_score, grade.needs_manual_grade = share * points, False
            gradebook.find_comment(grade_id, name, name, student).manual_comment = words
            read += 1
        gradebook.db.commit()
    return read


def _waiting(
    students: Sequence[str], results: Sequence[Result]
) -> Iterator[tuple[str, str, float]]:
    """Answers that nobody has read: student, grade_id, points."""
    for result in results:
        for item in result.items:
            if item.waits and result.student in students:
                yield result.student, item.grade_id, item.max_score


def _handed_in() -> datetime:
    return datetime.strptime(HANDED_IN, TIME_FORMAT)
