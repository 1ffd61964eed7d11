"""A program for `test_faults`: breaks grading at each step of recording, one after another, and runs it again.

Every step that changes something on disk is an instant: opening a file to write, making, renaming
and removing folders, and the gradebook's commit. Of steps that are alike, such as copying one given
file after another, the first is taken. At the k-th the run is killed, or interrupted twice, or the
disk is full; then a second run must end in what an undisturbed run leaves. Workers are left out: their results are
computed before. Each run is a fork of this process, so that nothing is imported twice.

    python -m tests.kill_everywhere kill|interrupt|full PICKLE

It prints one line for each instant: the step, and what was wrong after the second run.
"""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

import grader.batch
from grader.course import open_course
from grader.parcels import Graded
from tests.fault_support import in_gradebook, written

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = {"os.mkdir", "os.rename", "os.rmdir", "shutil.rmtree", "os.chmod"}


@dataclass(frozen=True)
class Task:
    """What is to be tried."""

    #: The course before the run that is disturbed.
    before: Path
    #: It after an undisturbed run.
    after: Path
    #: Where runs may work.
    scratch: Path
    #: What workers send back, by student.
    graded: dict[str, Graded]
    #: Result lines of the undisturbed run.
    lines: list[str]
    #: Whether the run that is disturbed is one with --force.
    force: bool


def _results_at_hand(task: Task) -> Callable[..., object]:
    def run_all(
        function: object, parcels: Iterable[Any], *rest: object, **more: object
    ) -> Generator[tuple[Any, Any], None, None]:
        for parcel in parcels:
            yield parcel, task.graded[parcel.student]

    return run_all


class Trap:
    """Springs at the k-th step that changes something on disk."""

    def __init__(self, folder: Path, number: int, spring: Callable[[str], None]) -> None:
        self._folder = str(folder)
        self._left = number
        self._spring = spring
        self._within = False
        self._seen: set[str] = set()
        self._changed = False
        sys.addaudithook(self._hear)
        event.listen(Engine, "before_cursor_execute", self._execute)
        event.listen(Engine, "commit", self._commit)

    def _execute(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        self._changed |= statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")

    def _commit(self, connection: object) -> None:
        if self._changed:
            self._step("commit")
        self._changed = False

    def _hear(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            if not (isinstance(arguments[2], int) and arguments[2] & _WRITES):
                return
        elif name not in _EVENTS:
            return
        place = str(arguments[0])
        if not place.startswith(self._folder):
            return
        parts = place.removeprefix(self._folder).split("/")[1:]
        alike = f"{name} {'/'.join(parts[:2])} {'…' * (len(parts) > 2)}{Path(place).suffix}"
        if alike not in self._seen:
            self._seen.add(alike)
            self._step(f"{name} {place.removeprefix(self._folder)}")

    def _step(self, what: str) -> None:
        if self._within:
            return
        self._left -= 1
        if self._left == 0:
            self._within = True
            self._spring(what)
            self._within = False


def _kill(report: int) -> Callable[[str], None]:
    def spring(what: str) -> None:
        os.write(report, what.encode())
        os.kill(os.getpid(), signal.SIGKILL)

    return spring


def _interrupt(report: int) -> Callable[[str], None]:
    def spring(what: str) -> None:
        os.write(report, what.encode())
        for _ in range(2):  # the second one does not wait
            os.kill(os.getpid(), signal.SIGINT)

    return spring


def _fill_disk(report: int) -> Callable[[str], None]:
    def spring(what: str) -> None:
        os.write(report, what.encode())
        if what == "commit":
            cause = sqlite3.OperationalError("database or disk is full")
            raise OperationalError(what, {}, cause)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), what)

    return spring


def _grade(root: Path, force: bool) -> list[str]:
    course = open_course(root)
    options = grader.batch.Options(force=force)
    batch = grader.batch.grade_class(
        course, "regularization", options, lambda n: lambda result, now: None
    )
    return list(batch.results.lines())


def _in_a_fork(work: Callable[[], list[str]]) -> tuple[bool, list[str]]:
    """Whether it came to its end, and its lines."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as pipe:
                pipe.write("\n".join(work()))
            code = 0
        except grader.batch.GraderError as error:
            print("   it said:", error)
        except KeyboardInterrupt:
            print("   it was interrupted")
        except BaseException:  # noqa: BLE001  it is told
            traceback.print_exc(file=sys.stdout)
            code = 2
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) == 2:
        print("   WRONG: an error that nobody caught")
    return status == 0, lines


def main() -> None:
    """Try every instant until there is none any more."""
    springs = {"kill": _kill, "interrupt": _interrupt, "full": _fill_disk}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been ignored
    how, task = sys.argv[1], pickle.loads(Path(sys.argv[2]).read_bytes())  # noqa: S301  our own
    grader.batch.try_jail = lambda *arguments: None  # type: ignore[assignment]
    grader.batch.run_all = _results_at_hand(task)  # type: ignore[assignment]
    wanted = written(open_course(task.after)), in_gradebook(open_course(task.after))
    shutil.copytree(task.after, task.scratch / "warm")
    _grade(task.scratch / "warm", False)  # imports what forks need, once
    number = 0
    while True:
        number += 1
        root = task.scratch / "course"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(task.before, root)
        reading, writing = os.pipe()

        def disturbed(root: Path = root, number: int = number, writing: int = writing) -> list[str]:
            Trap(root / "autograded", number, springs[how](writing))
            return _grade(root, task.force)

        sys.stdout.flush()
        _, told = _in_a_fork(disturbed)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            what = pipe.read()
        if not what:
            break
        print(f"{number} {what}")
        if how == "full":
            _check_told(told, task.lines)
        ended, lines = _in_a_fork(lambda root=root: _grade(root, False))  # type: ignore[misc]
        course = open_course(root)
        found = written(course), in_gradebook(course)
        if not ended or lines != task.lines:
            print("   WRONG lines:", [line for line in lines if line not in task.lines])
        if found[0] != wanted[0]:
            print("   WRONG files:", sorted(_differing(found[0], wanted[0])))
        if found[1] != wanted[1]:
            print("   WRONG rows:", _differing_rows(found[1], wanted[1]))


def _check_told(told: list[str], lines: list[str]) -> None:
    """A full disk costs at most the submission that it struck, and is named."""
    odd = [line for line in told if line not in lines]
    if len(odd) > 1 or any("not graded this time" not in line for line in odd):
        print("   WRONG, told by the disturbed run:", odd)


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _differing_rows(one: list[list[str]], other: list[list[str]]) -> list[str]:
    return [row for a, b in zip(one, other, strict=True) for row in {*a} ^ {*b}]


if __name__ == "__main__":
    main()
