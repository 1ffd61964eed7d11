"""`grader grade`: grade all that is in submitted/."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ..course import open_course, shown
from ..errors import ALL_WELL, NEEDS_ATTENTION, UsageError
from ..platforms import require_linux
from ..progress import LOADING, say
from ..terminal import tell, terminal_of
from ..writing import check_writable, write_anywhere

#: For --json: the lines go to stdout, and the table to stderr.
_STDOUT = "-"
#: What `dask scheduler` prints: protocol, host (or IPv6 address in brackets), port.
_ADDRESS = re.compile(r"[a-z]+://([^/:\[\]]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}/?")


def run(options: argparse.Namespace) -> int:
    """Grade, and say what came out."""
    course = open_course(options.course_dir)
    name = course.choose_assignment(options.assignment)
    require_linux("grade")
    if options.json not in (None, _STDOUT):
        check_writable(Path(options.json), course, options.db)
    if options.no_jail and options.scheduler:
        raise UsageError(
            "Cannot grade with --no-jail on a cluster: its workers run submissions jailed only. "
            "Leave out one of --no-jail and --scheduler."
        )
    if options.scheduler and not _ADDRESS.fullmatch(options.scheduler):
        raise UsageError(
            f"Cannot grade on {options.scheduler!r}: that is no address of a Dask scheduler. Give the "
            "one that `dask scheduler` prints, such as tcp://10.0.0.1:8786."
        )
    if options.no_jail:
        say(
            "--no-jail: submissions run with your rights. They can read and change all your files, "
            "use the network, and raise their own scores."
        )
    say(LOADING)
    from ..batch import Options, grade_class
    from ..releasing import known_assignment
    from ..table import attention_count, changed, printable, summary, table, watching

    wanted = Options(
        students=options.student,
        jobs=options.jobs,
        scheduler=options.scheduler,
        db=options.db,
        force=options.force,
        jailed=not options.no_jail,
    )
    with watching(f"grading {name}") as start:
        batch = grade_class(course, name, wanted, start)
    results = batch.results
    report = sys.stdout
    lines = (line + "\n" for line in results.lines())
    if options.json == _STDOUT:
        sys.stdout.writelines(lines)
        report = sys.stderr
    elif options.json is not None:
        write_anywhere(Path(options.json), lines, "What is graded already is not graded again.")
    for line in batch.strays:
        tell(printable(line), sys.stderr)
    if not results:
        tell(
            f"Nothing to grade: no student has handed in {name!r}. Put each student's work into "
            f"{shown(course.submitted('STUDENT', name))}.",
            sys.stderr,
        )
        return NEEDS_ATTENTION
    terminal = terminal_of(report)
    for line in [
        *table(results, known_assignment(name).items, terminal),
        *changed(batch.changes, terminal),
        "",
        *terminal.filled(summary(results, batch.fresh), "", ""),
    ]:
        print(line, file=report)
    print(f"Gradebook: {shown(batch.gradebook)}", file=report)
    print(f"Notebooks: {shown(course.autograded('STUDENT', name))}", file=report)
    if options.json not in (None, _STDOUT):
        print(f"Results:   {options.json}", file=report)
    attention = attention_count(results)
    if attention:
        if batch.log.exists() and batch.log.stat().st_size:
            print(f"Log:       {shown(batch.log)}", file=report)
        print(f"To try one again: grader grade {name} --student=ID --force", file=report)
    return NEEDS_ATTENTION if attention or batch.strays else ALL_WELL
