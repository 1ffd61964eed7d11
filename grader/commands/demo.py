"""`grader demo`: a synthetic class, end to end, in a folder of its own."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..course import CONFIG_FILE, Course, open_course, shown
from ..errors import ALL_WELL, NEEDS_ATTENTION, GraderError, UsageError
from ..platforms import require_linux
from ..progress import track
from ..terminal import terminal_of

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment, SampleSubmission

    from ..mischief import Mischief
    from ..results import Result

#: Where the demo works, in the course folder. Ignored by git, and made anew each time.
_FOLDER = Path("build") / "demo"
#: In the demo nobody's code needs longer, and some of it never ends.
_LIMITS = "\n# For the demo only.\nc.Limits.cell_seconds = 3.0\nc.Limits.call_seconds = 3.0\n"
#: A kernel is a process of its own with its own memory, so a demo takes no more than this many.
_MOST_JOBS = 4

_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def run(options: argparse.Namespace) -> int:
    """Release, hand in, grade, give feedback, and compare with what had to come out."""
    if options.size < 1:
        raise UsageError(f"Cannot make a class of {options.size}: --size must be 1 or more.")
    if not 0 <= options.seed < 2**32:
        raise UsageError(f"Cannot use seed {options.seed}: --seed must be from 0 to 4294967295.")
    require_linux("grade a class")
    original = open_course(options.course_dir)
    name = original.choose_assignment(options.assignment)
    course = _fresh_copy(original, original.root / _FOLDER, options.seed)
    _say(f"A synthetic class of {options.size} in {shown(course.root)}")
    from ..batch import Options, grade_class
    from ..feedback import graded_students, write_feedback
    from ..mischief import BROKEN, HOSTILE, hand_in
    from ..releasing import known_assignment, make_release
    from ..synthetic import read_handout, write_class
    from ..table import summary, table, watching

    assignment = known_assignment(name)
    make_release(course, name)
    _say(f"released {name}: {shown(course.release(name))}")
    samples = assignment.sample_class(options.size, options.seed)
    handout = read_handout(course, name)
    for _ in track(write_class(handout, samples), "handing in", len(samples)):
        pass
    jailed = _can_jail(assignment)
    solved = next((sample.student for sample in samples if _is_solved(sample)), None)
    others = [*HOSTILE, *BROKEN] if jailed else []
    if solved is not None:
        hand_in(course, name, others, solved)
    jobs = max(1, min(_MOST_JOBS, os.cpu_count() or 1))
    with watching(f"grading, {jobs} at a time") as start:
        batch = grade_class(course, name, Options(jobs=jobs, jailed=jailed), start)
    students = graded_students(course, name, None)
    pages = list(track(write_feedback(course, name, students), "writing feedback", len(students)))
    terminal = terminal_of(sys.stdout)
    for line in table(batch.results, assignment.items, terminal):
        print(line)
    print("", *terminal.filled(summary(batch.results, batch.fresh), "", ""), "", sep="\n")
    print(f"Release:   {shown(course.release(name))}")
    print(f"Gradebook: {shown(batch.gradebook)}")
    print(f"Notebooks: {shown(course.autograded('STUDENT', name))}")
    first = course.feedback(samples[0].student, name) / f"{name}.html"
    print(f"Feedback:  {shown(first)}, and so on")
    surprises = _surprises(samples, batch.results)
    if solved is not None:
        surprises += _surprises_of_others(others, solved, batch.results)
    surprises += [f"{page.student}: no feedback: {page.problem}" for page in pages if page.problem]
    return _conclude(samples, others if solved is not None else [], surprises)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fresh_copy(course: Course, folder: Path, seed: int) -> Course:
    """A course folder with source and configuration only, in place of an earlier demo's."""
    # The hidden cases follow from the secret, so a demo's secret follows from its seed.
    secret = hashlib.sha256(f"demo {seed}".encode()).hexdigest()
    from testcases.secret import SECRET_FILE

    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        shutil.copytree(course.root / "source", folder / "source", ignore=_NOT_COPIED)
        config = course.config_file.read_text(encoding="utf-8") + _LIMITS
        # A course may name its gradebook. A made-up class has no place in that one.
        config += f"c.CourseDirectory.db_url = {f'sqlite:///{folder}/gradebook.db'!r}\n"
        (folder / CONFIG_FILE).write_text(config, encoding="utf-8")
        (folder / "submitted").mkdir()
        (folder / SECRET_FILE).write_text(secret + "\n", encoding="ascii")
        (folder / SECRET_FILE).chmod(0o600)
    except OSError as error:
        raise GraderError(
            f"Cannot make the demo's folder {folder}: {error.strerror or error}. "
            f"Make room there, or run the demo in a copy of the course."
        ) from error
    return open_course(folder)


def _can_jail(assignment: Assignment) -> bool:
    """Whether there is a jail here. The demo's class is our own, so it may go without."""
    from ..jail.bubblewrap import JailError
    from ..jail.checkup import try_jail

    try:
        try_jail(assignment)
    except JailError as error:
        _say(f"{error}\nThis class is harmless, so the demo goes on without a jail.")
        return False
    return True


def _is_solved(sample: SampleSubmission) -> bool:
    return set(sample.expected.values()) == {"correct"}


def _surprises(samples: Sequence[SampleSubmission], results: Sequence[Result]) -> list[str]:
    """Where a result is not what the synthetic class was made to give."""
    by_student = {result.student: result for result in results}
    found = []
    for sample in samples:
        result = by_student[sample.student]
        verdicts = {item.grade_id: item.verdict for item in result.items}
        found += [
            f"{sample.student} ({sample.description}), {grade_id}: expected {verdict}, got "
            f"{verdicts[grade_id]}"
            for grade_id, verdict in sample.expected.items()
            if verdicts[grade_id] != verdict
        ]
        if result.status != "graded":
            found.append(f"{sample.student}: {'; '.join(result.notes)}")
    return found


def _surprises_of_others(
    others: Sequence[Mischief], solved_by: str, results: Sequence[Result]
) -> list[str]:
    """Where a hostile or broken hand-in has gained something, or lost what was answered."""
    by_student = {result.student: result for result in results}
    full, found = by_student[solved_by].score, []
    for other in others:
        result = by_student[other.student]
        wanted = full if other.solved and other.counts else 0.0
        if result.score != wanted:
            found.append(f"{other.student}: expected {wanted:g} points, got {result.score:g}")
        if (result.status == "needs_attention") != other.attention:
            found.append(f"{other.student}: {result.status}: {'; '.join(result.notes)}")
    return found


def _conclude(
    samples: Sequence[SampleSubmission], others: Sequence[Mischief], surprises: Sequence[str]
) -> int:
    each = len(samples[0].expected)
    if not surprises:
        print(f"\nAll {len(samples)} × {each} verdicts as expected.", end="")
        if others:
            print(
                f" Of {len(others)} hostile and broken hand-ins none gained a point or lost one that "
                "could be given; what cannot be read was put before a person.",
                end="",
            )
        print()
        return ALL_WELL
    print(f"\nNot as expected, {len(surprises)}:")
    for surprise in surprises:
        print(f"  {surprise}")
    return NEEDS_ATTENTION
