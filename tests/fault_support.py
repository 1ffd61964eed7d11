"""Support for tests of what goes wrong with the machine: a small class, and all that grading leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

import grader.batch
from grader.course import Course
from grader.given_folder import PREFIX
from grader.synthetic import read_handout, write_submission
from grader.worker import bench_for
from testcases.regularization.answers import BLANK, CLASSIC, COST, FUNCTIONS, WRONG, submission
from testcases.secret import SECRET_FILE
from tests.classroom import NAME, copy_of, edit, notebook_of, right
from tests.sharing import once

ROOT = Path(__file__).resolve().parent.parent
#: Seconds after which a test gives up waiting. No measure of anything.
DEADLINE = 90.0
#: Marks a run and all that it starts, in their environment.
_MARK = "GRADER_TEST_RUN"

#: What nobody's run may change: the order of a set, the place of an object.
_DIFFERS = "print({'a', 'b', 'c', 'd', 'e', 'f'})\nobject()"
#: For the last one, so that nobody is through before a test has struck.
_TAKES_A_WHILE = "import time\n\ntime.sleep(1)"
_ENDS_THE_PROCESS = "import os\n\nos._exit(1)"
NEVER_ENDS = "while True:\n    pass"

_ROWS = (
    "SELECT id FROM student",
    "SELECT id FROM course",
    "SELECT name, duedate FROM assignment",
    """SELECT s.student_id, s.timestamp, s.extension, n.late_submission_penalty, n.flagged
       FROM submitted_assignment s JOIN submitted_notebook n ON n.assignment_id = s.id""",
    """SELECT s.student_id, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit,
              g.needs_manual_grade
       FROM grade g JOIN base_cell c ON c.id = g.cell_id
       JOIN submitted_notebook n ON n.id = g.notebook_id
       JOIN submitted_assignment s ON s.id = n.assignment_id""",
    """SELECT s.student_id, c.name, k.auto_comment, k.manual_comment
       FROM comment k JOIN base_cell c ON c.id = k.cell_id
       JOIN submitted_notebook n ON n.id = k.notebook_id
       JOIN submitted_assignment s ON s.id = n.assignment_id""",
)


def hand_in_few(course: Course) -> None:
    """Eight students, none of whom takes long."""
    handout = read_handout(course, NAME)
    samples = [
        right("ada"),
        submission("bob", "", {**CLASSIC, COST: WRONG[COST][0]}, "Hm."),
        right("cut-off"),
        right("differs"),
        submission("empty", "", dict.fromkeys(FUNCTIONS, BLANK)),
        right("fatal", **{COST: _ENDS_THE_PROCESS}),
        right("gil"),
        right("hal"),
    ]
    for sample in samples:
        write_submission(handout, sample)
    cut = notebook_of(course, "cut-off")
    cut.write_bytes(cut.read_bytes()[:4000])
    for student, source in (("differs", _DIFFERS), ("hal", _TAKES_A_WHILE)):
        own = {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": []}
        edit(course, student, lambda notebook, own=own: notebook["cells"].append(own))  # type: ignore[misc]


@dataclass(frozen=True)
class Undisturbed:
    """A class, as it was handed in and as it comes out when nothing goes wrong."""

    handed_in: Course
    graded: Course
    lines: str

    @property
    def parsed(self) -> list[dict[str, Any]]:
        """The result lines."""
        return [json.loads(line) for line in self.lines.splitlines()]


def undisturbed(factory: pytest.TempPathFactory, released: Course) -> Undisturbed:
    """The class, graded once in a test session. Copy it, do not change it."""
    return once(factory, "undisturbed", lambda folder: _undisturbed(folder, released))


def _undisturbed(folder: Path, released: Course) -> Undisturbed:
    handed_in = copy_of(released, folder / "handed-in" / "course")
    hand_in_few(handed_in)
    graded = copy_of(handed_in, folder / "graded" / "course")
    run = Run(graded, folder / "tmp")
    assert run.wait() == 1, run.said
    # The secret is made by the first run; every copy has to have it.
    secret = graded.root / SECRET_FILE
    if secret.exists():
        (handed_in.root / secret.name).write_bytes(secret.read_bytes())
    return Undisturbed(handed_in, graded, run.lines)


class Run:
    """`grader grade` in a process of its own."""

    def __init__(
        self,
        course: Course,
        temporary: Path,
        *arguments: str,
        jobs: int = 2,
        interrupt: signal.Handlers = signal.SIG_DFL,
    ) -> None:
        """Start it.

        Args:
            course: what is graded.
            temporary: folder for its temporary files.
            arguments: further ones for the command.
            jobs: number of its workers.
            interrupt: what Ctrl-C does where it is started; in the background it is ignored.
        """
        temporary.mkdir(exist_ok=True)
        self._target = temporary / "lines.jsonl"
        self._target.unlink(missing_ok=True)
        self._mark = f"{_MARK}={temporary}"
        self._given = str(temporary / PREFIX)
        command = [sys.executable, "-m", "grader", "grade", "--course-dir", str(course.root)]
        options = ["--jobs", str(jobs), "--json", str(self._target), *arguments]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        mine = {_MARK: str(temporary), "TMPDIR": str(temporary), "PYTHONPATH": path}
        self._output = (temporary / "said").open("w+")
        self.process = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **mine},
            start_new_session=True,
            # Not as it is for the tests: they may have been started in the background themselves.
            preexec_fn=partial(signal.signal, signal.SIGINT, interrupt),
        )

    @property
    def has_said(self) -> str:
        """What it has printed so far."""
        return Path(self._output.name).read_text(encoding="utf-8")

    def wait(self) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(DEADLINE)
        self._output.seek(0)
        self.said = self._output.read()
        self._output.close()
        return code

    @property
    def lines(self) -> str:
        """The result lines."""
        return self._target.read_text(encoding="utf-8")

    def processes(self) -> dict[int, str]:
        """All processes of this run that live: their ids and command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                mine = self._mark.encode() in (folder / "environ").read_bytes().split(b"\0")
                mine |= self._given in words  # a jail has no environment, but given files
            except OSError:
                continue  # it has just ended
            if mine:
                found[int(folder.name)] = words
        return found

    def workers(self) -> list[int]:
        """Its worker processes."""
        found = [pid for pid, words in self.processes().items() if "spawn_main" in words]
        return sorted(found)

    def jails(self) -> list[int]:
        """The processes that hold its jails together; to kill one kills all below it."""
        found = [pid for pid, words in self.processes().items() if words.startswith("bwrap")]
        return sorted(found)


def until(what: Callable[[], Any]) -> None:
    """Wait until something is so."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < DEADLINE, "it never came to that"
        time.sleep(0.01)


def recorded(course: Course) -> int:
    """How many submissions have an autograded notebook in its place."""
    return len(list((course.root / "autograded").glob(f"*/{NAME}/{NAME}.ipynb")))


def written(course: Course) -> dict[str, bytes]:
    """Every file that grading leaves in the students' folders, drafts and other leftovers included."""
    folder = course.root / "autograded"
    students = [place for place in folder.iterdir() if place.is_dir() and place.name != ".given"]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"a folder"
        for place in students
        for path in sorted([place, *place.rglob("*")])
    }


def in_gradebook(where: Course | str) -> list[list[str]]:
    """All that a gradebook holds on the class but for ids that are drawn at random."""
    url = where if isinstance(where, str) else f"sqlite:///{where.gradebook}"
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            found = [connection.execute(text(rows)).all() for rows in _ROWS]
        return [sorted(str([_plain(value) for value in row]) for row in rows) for rows in found]
    finally:
        engine.dispose()


def _plain(value: Any) -> Any:
    """A value as any database gives it."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return float(value) if isinstance(value, int | float) else value


def run_here(
    function: object, parcels: Iterable[Any], jobs: int, output: Path, *, setup: Any, stopping: Any
) -> Generator[tuple[Any, Any], None, None]:
    """In place of `pool.run_all`: the same jail, without the seconds that a worker needs to start."""
    for parcel in parcels:
        yield parcel, bench_for(setup.args[0]).run(parcel)


def grade_here(patch: pytest.MonkeyPatch, run_all: Any = run_here) -> None:
    """Let this process grade with the jail that it keeps: no worker starts, nor a jail only to be tried."""
    patch.setattr(grader.batch, "run_all", run_all)
    patch.setattr(grader.batch, "try_jail", lambda *arguments: None)
