"""`grader export`: grades as a table, or as Canvas or Moodle import them."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from ..course import open_course
from ..errors import ALL_WELL, NEEDS_ATTENTION, GraderError, UsageError
from ..progress import LOADING, say
from ..writing import check_writable

_STDOUT = "-"
#: The class of each form, in `grader.exporters`.
FORMS = {"csv": "CsvExporter", "canvas": "CanvasExporter", "moodle": "MoodleExporter"}


def run(options: argparse.Namespace) -> int:
    """Export, and say what is in it and what is not."""
    course = open_course(options.course_dir)
    if options.column and options.format == "csv":
        raise UsageError(
            "Cannot use --column with --format csv: its columns have fixed names. Leave it out, or say "
            "--format canvas or --format moodle."
        )
    if options.feedback and options.format != "moodle":
        raise UsageError(
            "Cannot use --feedback here: only Moodle imports comments. Say --format moodle, or leave it out."
        )
    if options.output not in (None, _STDOUT):
        check_writable(Path(options.output), course, options.db)
    say(LOADING)
    from .. import exporters
    from ..database import Database
    from ..gradebook import gradebook_url, readable, shown_url
    from ..gradebook_state import missing_file, no_such_gradebook
    from ..nbgrader_course import check_gradebook, nbgrader_for
    from ..terminal import printable, tell
    from ..words import counted

    with nbgrader_for(course) as nbgrader:
        url = gradebook_url(nbgrader, options.db)
        if missing_file(url):  # to ask it would make one
            if options.db is not None:
                raise no_such_gradebook(shown_url(url))
            raise GraderError(
                f"Cannot export grades: there is no gradebook {shown_url(url)}. Run: grader grade"
            )
        check_gradebook(url, nbgrader.course_id, options.assignment)
        exporter = getattr(exporters, FORMS[options.format])(parent=nbgrader.app)
        given = {
            "to": options.output,
            "assignment": [options.assignment] if options.assignment else None,
            "student": options.student,
            "roster": options.roster,
            "key": options.key,
            "column": options.column,
            "feedback": options.feedback or None,
        }
        for name, value in given.items():
            if value is not None:  # or else what nbgrader_config.py says
                setattr(exporter, name, value)
        with readable(url), closing(Database(url)) as database:
            book = database.patiently(
                lambda connection: exporter.read(connection, nbgrader.course_id, course)
            )
        done = exporter.write(book, nbgrader.course_id, course)
    for note in done.notes:
        tell(f"grader: {printable(note)}", sys.stderr)
    if done.target != exporters.STDOUT:
        tell(f"{printable(done.target)}: {counted(done.scores, 'student')} with a score")
    return NEEDS_ATTENTION if done.attention else ALL_WELL
