"""The grading benchmarks: against stock nbgrader, against the floor, over class sizes, on a cluster.

Every side grades the same submissions on the same machine in the same run, and must give the same
scores. Stock nbgrader is run as a user would run it: `nbgrader autograde`, without our plug-ins.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from grader.course import Course
from grader.graft import read_source
from grader.jail.limits import Limits
from grader.nbgrader_course import nbgrader_for
from grader.notebooks import read_notebook
from grader.parcels import make_kit, read_parcel, unpack_given
from grader.submissions import examine
from testcases import load_assignment
from testcases.secret import read_secret

from . import floor
from .classes import NAME, ROOT, copy_with, hand_in, new_course, with_trainings, without_plugins
from .measure import Run, run

#: Submissions that every side grades; stock nbgrader takes seconds for each.
SHARED = 40
#: Submissions for the throughput of our side, where the start of the command is no matter.
MANY = 400
#: Submissions with the trainings executed.
TRAINED = 3
SIZES = (10, 100, 1000, 5000)
#: What the issue of speed was: at least so many times as fast as stock nbgrader.
PROMISED_RATIO = 50.0
PROMISED_FLOOR_RATIO = 2.0
PROMISED_OVERHEAD = 10.0
PROMISED_WORKER_MB = 300.0


def run_grading() -> bool:
    """Stock nbgrader, `grader grade` with one job and with two, the floor, and the jail's overhead."""
    with _scratch() as folder:
        course = new_course(folder / "course")
        students = hand_in(course, MANY)
        shared = students[:SHARED]
        few = copy_with(course, folder / "few", shared)
        plain = copy_with(course, folder / "stock", shared)
        without_plugins(plain)
        trained = new_course(folder / "trained")
        with_trainings(trained)
        _release_again(trained)
        hand_in(trained, TRAINED)
        without_plugins(trained)

        lowest, floor_scores = _floor(course, students[:SHARED])
        ours = {jobs: _ours(few, jobs) for jobs in (1, 2)}
        many = {jobs: _ours(course, jobs) for jobs in (1, 2)}
        scores = _scores(few)
        stock = _stock(plain)
        stock_scores = _scores(plain)
        classic = _stock(trained)
        overhead = _overhead()
        return _tell(
            stock, classic, ours, many, lowest, overhead, [scores, stock_scores, floor_scores]
        )


def _tell(
    stock: Run,
    classic: Run,
    ours: Mapping[int, Run],
    many: Mapping[int, Run],
    lowest: floor.Floor,
    overhead: float,
    scores: list[Mapping[str, float]],
) -> bool:
    print(f"\ngrading: the released notebook, {SHARED} submissions that every side grades")
    print(f"{'':44s}{'a second':>9s}{'p50 ms':>9s}{'p95 ms':>9s}{'CPU ms':>9s}{'whole s':>9s}")
    _line("stock nbgrader autograde", stock, 1)
    _line("  the same with three trainings executed", classic, 1)
    for jobs, one in ours.items():
        _line(f"grader grade --jobs {jobs}", one, jobs)
    for jobs, one in many.items():
        _line(f"grader grade --jobs {jobs}, {len(one.recorded)} submissions", one, jobs)
    count = len(lowest.scores)
    print(f"{'floor: fork, exec, judge':44s}{count / lowest.seconds:9.2f}", end="")
    print(f"{'':18s}{1e3 * lowest.cpu / count:9.0f}{lowest.seconds:9.1f}")

    ratio = many[2].rate / stock.rate
    whole = stock.seconds / ours[2].seconds
    print(
        f"\nstock takes {ratio:.0f} times as long as --jobs 2 (between the first result and the last)"
    )
    print(
        f"  with one job {many[1].rate / stock.rate:.0f} times; with the trainings executed ",
        end="",
    )
    print(
        f"{many[2].rate / classic.rate:.0f} times; whole commands, {SHARED} submissions: {whole:.0f}"
    )
    kept = ratio >= PROMISED_RATIO
    cpu, least = _one_more(ours[1], many[1]), lowest.cpu / count
    if cpu is not None:
        print(f"CPU for one submission more: {1e3 * cpu:.0f} ms, {cpu / least:.2f} times the floor")
        kept &= cpu <= PROMISED_FLOOR_RATIO * least
    print(f"the jail's overhead: {overhead:.1f} ms a submission")
    memory = many[2].memory
    print(f"largest processes, MB: {', '.join(f'{k} {v:.0f}' for k, v in sorted(memory.items()))}")
    kept &= overhead <= PROMISED_OVERHEAD
    kept &= max(memory.get("worker", 0.0), memory.get("jail", 0.0)) <= PROMISED_WORKER_MB
    equal = scores[0] == scores[1] == scores[2]
    print(f"scores of the {SHARED}: {'equal on all sides' if equal else _differing(scores)}")
    words = f"{PROMISED_RATIO:g} times stock, CPU {PROMISED_FLOOR_RATIO:g} times the floor, "
    words += f"jail {PROMISED_OVERHEAD:g} ms, worker {PROMISED_WORKER_MB:g} MB, equal scores"
    print(f"promise: {words}: {'kept' if kept and equal else 'NOT KEPT'}")
    return kept and equal


def _line(what: str, one: Run, jobs: int) -> None:
    cpu = _each(one)
    shown = f"{1e3 * cpu:9.0f}" if cpu is not None else f"{'?':>9s}"
    p50, p95 = one.latency(50, jobs), one.latency(95, jobs)
    print(f"{what:44s}{one.rate:9.2f}{p50:9.0f}{p95:9.0f}{shown}{one.seconds:9.1f}", flush=True)


def _each(one: Run) -> float | None:
    """Processor seconds for each submission, the start of the command included."""
    return None if one.cpu is None else one.cpu / len(one.recorded)


def _one_more(few: Run, many: Run) -> float | None:
    """Processor seconds that one submission more takes: the start of the command drops out."""
    if few.cpu is None or many.cpu is None:
        return None
    return (many.cpu - few.cpu) / (len(many.recorded) - len(few.recorded))


def _differing(scores: list[Mapping[str, float]]) -> str:
    names = [name for name in scores[0] if len({one.get(name) for one in scores}) > 1]
    return f"DIFFERENT for {', '.join(names) or 'nobody, but other students were graded'}"


def run_growth() -> bool:
    """How cost and memory grow with the class."""
    print(f"\ngrowth: grader grade --jobs 2\n{'submissions':>12s}{'whole s':>9s}", end="")
    print(f"{'a second':>9s}{'CPU ms':>9s}  largest processes, MB")
    sizes = []
    for size in SIZES:
        with _scratch() as folder:
            course = new_course(folder / "course")
            hand_in(course, size)
            one = _ours(course, 2)
            cpu = _each(one)
            shown = f"{1e3 * cpu:9.0f}" if cpu is not None else f"{'?':>9s}"
            memory = ", ".join(f"{kind} {mb:.0f}" for kind, mb in sorted(one.memory.items()))
            print(f"{size:12d}{one.seconds:9.1f}{one.rate:9.2f}{shown}  {memory}", flush=True)
            sizes.append(one.memory.get("command", 0.0))
    kept = sizes[-1] - sizes[1] < 0.1 * sizes[1]
    word = "kept" if kept else "NOT KEPT"
    print(
        f"promise: from {SIZES[1]} to {SIZES[-1]} submissions memory grows by less than 10 %: {word}"
    )
    return kept


def _ours(course: Course, jobs: int, *more: str) -> Run:
    for made in (course.root / "autograded", course.gradebook):
        _remove(made)
    command = [sys.executable, "-m", "grader", "grade", NAME, f"--jobs={jobs}", *more]
    return run(command, course.root, course.root / "autograded")


def _stock(course: Course) -> Run:
    _register(course)
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME]
    return run(command, course.root, course.root / "autograded")


def _register(course: Course) -> None:
    """Make the gradebook, as stock nbgrader's generate_assignment does."""
    from grader.gradebook import prepare

    _remove(course.gradebook)
    with nbgrader_for(course) as nbgrader:
        prepare(nbgrader, load_assignment(NAME), nbgrader.gradebook_url)


def _release_again(course: Course) -> None:
    from grader.releasing import make_release

    make_release(course, NAME)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _scores(course: Course) -> dict[str, float]:
    """Student → points of the items that are judged, as the gradebook holds them."""
    with closing(sqlite3.connect(course.gradebook)) as database:
        rows = database.execute(
            "SELECT s.student_id, SUM(g.auto_score) FROM grade g"
            " JOIN submitted_notebook n ON n.id = g.notebook_id"
            " JOIN submitted_assignment s ON s.id = n.assignment_id GROUP BY s.student_id"
        ).fetchall()
    return {student: round(float(total or 0), 4) for student, total in rows}


def _floor(course: Course, students: list[str]) -> tuple[floor.Floor, dict[str, float]]:
    """The floor for these students; in a process of its own, which nothing else has warmed or filled."""
    done = run_in_process(course.root, students)
    return floor.Floor(done["seconds"], done["cpu"], done["scores"]), {
        student: round(score, 4) for student, score in done["scores"].items()
    }


def run_in_process(root: Path, students: list[str]) -> dict[str, dict[str, float]]:
    """`measure_floor` as a command of its own."""
    import subprocess

    text = json.dumps({"root": str(root), "students": students})
    program = "import sys; from benchmarks.grading.bench import measure_floor; measure_floor(sys.stdin.read())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    result: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure_floor(text: str) -> None:
    """Measure the floor for the course and students named, and print it as JSON."""
    told = json.loads(text)
    from grader.course import open_course

    course = open_course(Path(told["root"]))
    assignment = load_assignment(NAME)
    with nbgrader_for(course) as nbgrader:
        kit = make_kit(course, assignment, nbgrader, read_secret(course.root), Limits(), "floor")
    path = course.source(NAME) / f"{NAME}.ipynb"
    source = read_source(read_notebook(path, ""), path.name, kit.markers)
    parcels = [
        read_parcel(course.submitted(student, NAME), kit, examine(course, student, NAME))
        for student in told["students"]
    ]
    with tempfile.TemporaryDirectory() as given:
        unpack_given(kit.given, Path(given))
        floor.warm_up(given)
        done = floor.measure(kit, source, assignment, parcels)
    print(json.dumps({"seconds": done.seconds, "cpu": done.cpu, "scores": done.scores}))


def _overhead() -> float:
    from ..jail_overhead import measure_overhead

    return measure_overhead().milliseconds


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="grader-benchmark-") as name:
        yield Path(name)
