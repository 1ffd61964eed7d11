"""However large the class, only a few submissions and results are held at a time."""

from __future__ import annotations

import errno
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course
from grader.errors import GraderError
from grader.jail.limits import Limits
from grader.parcels import Graded, Kit, Parcel, read_parcel
from grader.results import Result
from grader.spool import Spool
from grader.submissions import examine
from tests.classroom import NAME, copy_of, notebook_of
from tests.fault_support import grade_here, hand_in_few, run_here
from tests.jail_support import NO_BWRAP, has_bwrap

SIZE = 40


def alive(*kinds: type) -> int:
    """How many objects of these classes there are."""
    gc.collect()
    return sum(type(thing) in kinds for thing in gc.get_objects())


def result(student: str) -> Result:
    """A result that says little."""
    return Result(student, NAME, "graded", 1.0, 100.0, (), ("é", student), "digest")


def test_spool_holds_no_results_and_gives_back_what_it_got() -> None:
    """Results come from disk, in the wanted order, each as it was last added."""
    names = [f"s{number:03}" for number in range(SIZE)]
    spool = Spool(names)
    before = alive(Result)
    for name in reversed(names):
        spool.add(result(name))
    spool.add(result("s007"))
    assert alive(Result) - before == 0
    assert len(spool) == SIZE
    assert spool[7] == result("s007")
    assert [found.student for found in spool] == names
    assert list(spool.lines()) == [result(name).line() for name in names]


def test_spool_without_room_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk below TMPDIR is an error with a remedy, not a traceback."""

    class Full:
        def seek(self, place: int) -> None:
            """Anywhere."""

        def write(self, line: bytes) -> int:
            """No room."""
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    spool = Spool(["ada"])
    monkeypatch.setattr(spool, "_file", Full())
    with pytest.raises(
        GraderError, match=r"Cannot keep the results in .*: No space left on device"
    ):
        spool.add(result("ada"))
    assert len(spool) == 0


@pytest.mark.slow
@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_class_is_not_held_in_memory(
    released_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parcels, graded submissions and results: never more than a few at a time, of a class of forty."""
    hand_in_few(released_course)
    model = released_course.root / "submitted" / "ada"
    for number in range(SIZE):
        shutil.copytree(model, model.with_name(f"more-{number:02}"))
    seen: list[int] = []
    work = run_here

    def run_all(*arguments: Any, **more: Any) -> Iterator[tuple[Any, Any]]:
        for number, pair in enumerate(work(*arguments, **more)):
            yield pair
            del pair
            if number % 8 == 7:
                seen.append(alive(Parcel, Graded, Result))

    grade_here(monkeypatch, run_all)
    target = tmp_path / "lines"
    options = ["--course-dir", str(released_course.root), "--jobs", "1", "--json", str(target)]
    main(["grade", *options])
    assert len(target.read_text().splitlines()) == SIZE + 8
    assert len(seen) == 6
    assert max(seen) <= 6


def test_submission_with_countless_notebooks_is_not_read_whole(
    released_course_template: Course, tmp_path: Path
) -> None:
    """A few are read, the right one among them; the others are noted."""
    course = copy_of(released_course_template, tmp_path / "course")
    hand_in_few(course)
    path = notebook_of(course, "ada")
    for number in range(30):
        shutil.copy(path, path.with_name(f"a-{number:02}.ipynb"))
    (path.parent / "more").mkdir()
    for number in range(30):
        shutil.copy(path, path.parent / "more" / f"{number:02}.ipynb")
    kit = Kit("", "", NAME, "", {}, b"", None, b"", Limits())  # type: ignore[arg-type]
    parcel = read_parcel(path.parent, kit, examine(course, "ada", NAME))
    notebooks = [name for name in parcel.files if name.endswith(".ipynb")]
    assert len(notebooks) <= 11
    assert path.name in notebooks
    assert "'more' holds too many notebooks; some were left aside" in parcel.notes
    assert "'a-29.ipynb' is one notebook too many, and was left aside" in parcel.notes
