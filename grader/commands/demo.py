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
from ..report_history import ensure_folder, keep, reports_folder
from ..terminal import tell, terminal_of
from ..writing import write_anywhere

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment, SampleSubmission

    from ..batch import Batch
    from ..feedback import Page
    from ..mischief import Mischief
    from ..results import Result

#: Where the demo works, in the course folder. Ignored by git, and made anew each time; see `_put_aside`.
_FOLDER = Path("build") / "demo"
#: In the demo nobody's code needs longer, and some of it never ends.
_LIMITS = "\n# For the demo only.\nc.Limits.cell_seconds = 3.0\nc.Limits.call_seconds = 3.0\n"
#: A kernel is a process of its own with its own memory, so a demo takes no more than this many.
_MOST_JOBS = 4

#: Beside the configuration, wherever the folder is moved or copied to.
_OWN_GRADEBOOK = """
from pathlib import Path

c.CourseDirectory.db_url = f"sqlite:///{Path(__file__).resolve().parent / 'gradebook.db'}"
"""

_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


def run(options: argparse.Namespace) -> int:
    """Release, hand in, grade, read, grade again, tell students and teachers, and compare with what had to come out."""
    if options.size < 1:
        raise UsageError(f"Cannot make a class of {options.size}: --size must be 1 or more.")
    if not 0 <= options.seed < 2**32:
        raise UsageError(f"Cannot use seed {options.seed}: --seed must be from 0 to 4294967295.")
    require_linux("grade a class")
    original = open_course(options.course_dir)
    name = original.choose_assignment(options.assignment)
    course = _fresh_copy(original, original.root / _FOLDER, options.seed)
    tell(f"A synthetic class of {options.size} in {shown(course.root)}", sys.stderr)
    from ..batch import Options, grade_class
    from ..demo_term import come_late, hand_in_again, read_answers, set_deadline
    from ..mischief import BROKEN, HOSTILE, hand_in
    from ..releasing import known_assignment, make_release
    from ..synthetic import read_handout, write_class
    from ..table import changed, summary, table, watching

    assignment = known_assignment(name)
    make_release(course, name)
    set_deadline(course, name)
    tell(f"released {name}: {shown(course.release(name))}", sys.stderr)
    samples: Sequence[SampleSubmission] = assignment.sample_class(options.size, options.seed)
    handout = read_handout(course, name)
    for _ in track(write_class(handout, samples), "handing in", len(samples)):
        pass
    come_late(course, name, samples)
    jailed = _can_jail(assignment)
    solved = next((sample for sample in samples if _is_solved(sample)), None)
    others = [*HOSTILE, *BROKEN] if jailed and solved is not None else []
    if solved is not None:
        hand_in(course, name, others, solved.student)
    jobs = max(1, min(_MOST_JOBS, os.cpu_count() or 1))

    def grade() -> Batch:
        with watching(f"grading, {jobs} at a time") as start:
            return grade_class(course, name, Options(jobs=jobs, jailed=jailed), start)

    first = grade()
    _keep(course, name, first.results)
    students = [sample.student for sample in samples]
    if read := read_answers(course, assignment, students, first.results):
        tell(f"a teacher reads {read} of the written answers", sys.stderr)
    if solved is not None and (again := hand_in_again(handout, samples, solved)):
        tell(f"{again.student} hands in again", sys.stderr)
        samples = [again if again.student == sample.student else sample for sample in samples]
    batch = grade()
    pages = _feedback(course, name)
    page = _report(course, name)
    terminal = terminal_of(sys.stdout)
    for line in [
        *table(batch.results, assignment.items, terminal),
        *changed(batch.changes, terminal),
        "",
        *terminal.filled(summary(batch.results, batch.fresh), "", ""),
        "",
        f"Release:   {shown(course.release(name))}",
        f"Gradebook: {shown(batch.gradebook)}",
        f"Notebooks: {shown(course.autograded('STUDENT', name))}",
        f"Feedback:  {shown(course.feedback('STUDENT', name) / f'{name}.html')}",
        f"Report:    {shown(page)}",
    ]:
        print(line)
    surprises = _surprises(samples, batch.results)
    if solved is not None:
        surprises += _surprises_of_others(others, solved.student, batch.results)
    surprises += [f"{page.student}: no feedback: {page.problem}" for page in pages if page.problem]
    return _conclude(samples, others, surprises)


def _keep(course: Course, name: str, results: Sequence[Result]) -> None:
    """Keep results for the report to compare with."""
    from ..report_data import lines_of

    ensure_folder(course)
    keep(course, name, lines_of(tuple(results)))


def _feedback(course: Course, name: str) -> list[Page]:
    from ..feedback import graded_students, write_feedback

    students = graded_students(course, name, None)
    return list(track(write_feedback(course, name, students), "writing feedback", len(students)))


def _report(course: Course, name: str) -> Path:
    """Write the report, and tell where it is."""
    from ..report_page import page
    from .report import look_at_class

    report, lines = look_at_class(course, name)
    file = reports_folder(course) / f"{name}.html"
    write_anywhere(file, [page(report)], private=True)
    keep(course, name, lines)
    return file


def _fresh_copy(course: Course, folder: Path, seed: int) -> Course:
    """A course folder with source and configuration only; an earlier demo's is put aside."""
    # The hidden cases follow from the secret, so a demo's secret follows from its seed.
    secret = hashlib.sha256(f"demo {seed}".encode()).hexdigest()
    from testcases.secret import SECRET_FILE

    try:
        _put_aside(folder)
        folder.mkdir(parents=True)
        shutil.copytree(course.root / "source", folder / "source", ignore=_NOT_COPIED)
        config = course.config_file.read_text(encoding="utf-8") + _LIMITS
        # A course may name its gradebook. A made-up class has no place in that one.
        config += _OWN_GRADEBOOK
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


def _put_aside(folder: Path) -> None:
    """Keep an earlier demo, where somebody may have graded by hand; of two earlier ones the last."""
    if not os.path.lexists(folder):
        return
    before = folder.with_name(f"{folder.name}.before")
    instead = os.path.lexists(before)
    if before.is_symlink() or before.is_file():
        before.unlink()
    elif instead:
        shutil.rmtree(before)
    folder.rename(before)
    gone = ", in place of the one before it" if instead else ""
    tell(f"The earlier demo is now in {shown(before)}{gone}.", sys.stderr)


def _can_jail(assignment: Assignment) -> bool:
    """Whether there is a jail here. The demo's class is our own, so it may go without."""
    from ..jail.bubblewrap import JailError
    from ..jail.checkup import try_jail

    try:
        try_jail(assignment)
    except JailError as error:
        tell(f"{error}\nThis class is harmless, so the demo goes on without a jail.", sys.stderr)
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
    full, found = _by_itself(by_student[solved_by]), []
    for other in others:
        result = by_student[other.student]
        wanted = full if other.solved and other.counts else 0.0
        if _by_itself(result) != wanted:
            found.append(f"{other.student}: expected {wanted:g} points, got {_by_itself(result):g}")
        if (result.status == "needs_attention") != other.attention:
            found.append(f"{other.student}: {result.status}: {'; '.join(result.notes)}")
    return found


def _by_itself(result: Result) -> float:
    """The points that no person has given."""
    return sum(item.score for item in result.items if item.verdict != "manual")


def _conclude(
    samples: Sequence[SampleSubmission], others: Sequence[Mischief], surprises: Sequence[str]
) -> int:
    each = len(samples[0].expected)
    if not surprises:
        text = f"\nAll {len(samples)} × {each} verdicts as expected."
        if others:
            text += (
                f" Of {len(others)} hostile and broken hand-ins none gained a point or lost one that "
                "could be given; what cannot be read was put before a person."
            )
        tell(text)
        return ALL_WELL
    print(f"\nNot as expected, {len(surprises)}:")
    for surprise in surprises:
        print(f"  {surprise}")
    return NEEDS_ATTENTION
