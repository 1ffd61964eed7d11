"""`grader report`: the instructor's report on a class."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import Course, open_course, shown
from ..errors import ALL_WELL, NEEDS_ATTENTION, GraderError
from ..terminal import tell
from ..writing import check_writable, write_anywhere

if TYPE_CHECKING:
    from ..report import Report

_STDOUT = "-"
_NOTHING_COMPARED = "Nothing is compared: nobody who has a score now has one in {}."
#: Answers of a larger class are compared only if that is asked for: it takes some seconds.
_COMPARED_UP_TO = 1_000


def run(options: argparse.Namespace) -> int:
    """Read what stands, write the report, and say what it found."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    if options.output not in (None, _STDOUT):
        check_writable(Path(options.output), course, options.db)
    from ..report_data import csv_text, json_text
    from ..report_history import ensure_folder, keep

    report, lines = look_at_class(course, name, options.db, options.before, options.similar)
    if report.movement is not None and not report.movement.compared:
        tell(f"grader: {_NOTHING_COMPARED.format(options.before or 'the last report')}", sys.stderr)
    if options.format == "json":
        text = json_text(report)
    elif options.format == "csv":
        text = csv_text(report)
    else:
        from ..report_page import page

        text = page(report)
    told = sys.stdout
    if options.output == _STDOUT:
        sys.stdout.write(text)
        told = sys.stderr
    else:
        target = Path(options.output or ensure_folder(course) / f"{name}.{options.format}")
        write_anywhere(target, [text], private=True)  # it names students
        try:
            ensure_folder(course)
            keep(course, name, lines)
        except GraderError as error:  # the report itself is there
            tell(f"The next report cannot compare with this one. {error}", sys.stderr)
        tell(f"Report: {shown(target)}\n", told)
    for sentence in report.finding:
        tell(sentence, told)
    if report.needs_person:
        tell(_what_is_left(len(report.attention), len(report.ungraded)), told)
    return NEEDS_ATTENTION if report.needs_person else ALL_WELL


def look_at_class(
    course: Course,
    name: str,
    db: str | None = None,
    before: str | None = None,
    similar: bool | None = None,
) -> tuple[Report, str]:
    """The report on a class, and the result lines that it rests on; the arguments are the command's."""
    from ..class_results import read_class
    from ..report import make_report
    from ..report_data import lines_of
    from ..report_history import earlier
    from ..result_lines import read_lines
    from ..similarity_answers import compare_answers

    # Before the class is read: a slip in a name is told at once.
    named = None if before is None else read_lines(Path(before), name)
    found = read_class(course, name, db)
    lines = lines_of(found.results)
    earlier_results = earlier(course, name, lines) if named is None else named
    if similar is None:
        similar = len(found.graded) <= _COMPARED_UP_TO
    similarity = compare_answers(course, found) if similar else None
    return make_report(course, found, datetime.now(UTC), earlier_results, similarity), lines


def _what_is_left(attention: int, ungraded: int) -> str:
    """What a person has to do; there is something."""
    parts = []
    if attention:
        parts.append(f"{attention} need{'s' if attention == 1 else ''} attention")
    if ungraded:
        parts.append(f"{ungraded} {'is' if ungraded == 1 else 'are'} not graded")
    return f"{', '.join(parts)}."
