"""How long a class's pages of feedback take: a class made by copying graded notebooks.

The rival is nbgrader's own generator of pages, on ten of the same notebooks.

    grader demo                                     # leaves a graded class in build/demo, to be copied
    python -m benchmarks.feedback_pages [STUDENTS]
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from grader.course import CONFIG_FILE, Course, open_course
from grader.nbgrader_course import nbgrader_for
from grader.reading import read_items
from grader.records import Records, Scores, no_penalty
from grader.releasing import known_assignment

ROOT = Path(__file__).resolve().parent.parent
NAME = "regularization"
#: Seconds for a thousand pages.
_PROMISE = 60.0


def main(size: int) -> bool:
    """Make the class, time both sides, and print what they took; whether the promise is kept."""
    original = open_course(ROOT / "build" / "demo")
    with tempfile.TemporaryDirectory(prefix="benchmark-feedback-") as scratch:
        course = _copied_class(original, Path(scratch) / "course", size)
        seconds, written = _timed(course, "grader feedback", "grader", "feedback", NAME)
        shutil.rmtree(course.root / "feedback")
        config = course.config_file.read_text(encoding="utf-8").splitlines()
        config = [line for line in config if not line.startswith("c.GenerateFeedback")]
        course.config_file.write_text("\n".join(config), encoding="utf-8")
        stock = ("nbgrader", "generate_feedback", NAME, "--student", "copy-0000?")
        _timed(course, "nbgrader's own", *stock)
    kept = written == size and seconds <= _PROMISE * size / 1000
    print(f"promise: 1,000 pages in {_PROMISE:g} s: {'kept' if kept else 'broken'}")
    return kept


def _copied_class(original: Course, root: Path, size: int) -> Course:
    """A course with so many students, whose graded notebooks are copies of the original's, in turn."""
    name = f"{NAME}.ipynb"
    models = sorted((original.root / "autograded").glob(f"*/{NAME}/{name}"))
    for room in ("source", "release"):
        shutil.copytree(original.root / room, root / room)
    shutil.copyfile(original.gradebook, root / "gradebook.db")
    config = original.config_file.read_text(encoding="utf-8")
    config += f"\nc.CourseDirectory.db_url = {f'sqlite:///{root}/gradebook.db'!r}\n"
    (root / CONFIG_FILE).write_text(config, encoding="utf-8")
    course, items = open_course(root), known_assignment(NAME).items
    with (
        nbgrader_for(course) as nbgrader,
        closing(Records(nbgrader.gradebook_url, nbgrader.course_id, NAME)) as records,
    ):
        for number in range(size):
            student, model = f"copy-{number:05d}", models[number % len(models)]
            folder = course.autograded(student, NAME)
            folder.mkdir(parents=True)
            shutil.copyfile(model, folder / name)
            readings = read_items(json.loads(model.read_text(encoding="utf-8")), items)
            points = {grade_id: reading.score for grade_id, reading in readings.items()}
            records.write(Scores(student, None, points), no_penalty)
    return course


def _timed(course: Course, label: str, program: str, *arguments: str) -> tuple[float, int]:
    """Seconds that a command takes from start to end, and how many pages there are then; printed."""
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    before, begun = _processor_seconds(), time.perf_counter()
    subprocess.run(command, cwd=course.root, check=True, capture_output=True)
    seconds, processor = time.perf_counter() - begun, _processor_seconds() - before
    pages = len(list(course.root.glob(f"feedback/*/{NAME}/{NAME}.html")))
    print(f"{label:16s} {pages:5d} pages {seconds:6.1f} s, of the processor {processor:5.1f} s")
    return seconds, pages


def _processor_seconds() -> float:
    """Of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
