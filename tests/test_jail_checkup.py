"""Trying out a jail before anything is graded: what is missing is said, with the command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course
from grader.jail.bubblewrap import JailError
from grader.jail.checkup import try_jail
from grader.jail.limits import Limits
from tests.classroom import NAME
from tests.jail_support import MODULE, NO_BWRAP, assignment, has_bwrap


def test_grading_without_bubblewrap_names_it_and_the_command(
    released_course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not "bwrap does not start (No such file or directory)", which tells a teacher nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    submitted = released_course.submitted("ada", NAME)
    submitted.mkdir(parents=True)
    (submitted / f"{NAME}.ipynb").write_text("{}")
    assert main(["grade", "--course-dir", str(released_course.root)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "grader: Cannot set up a jail: bubblewrap is not installed. "
        "Install it: apt-get install bubblewrap"
    )


@pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
def test_it_is_tried_with_the_course_s_own_files_and_limits() -> None:
    """A course whose given files or limits let no jail start is told before its class is graded."""
    module = MODULE.replace(".", "/") + ".py"
    broken = {name: Path(file).read_bytes() for name, file in assignment().shipped().items()}
    assert module in broken
    broken[module] = b"raise RuntimeError('the given files are broken')\n"
    with pytest.raises(JailError, match="the given files are broken"):
        try_jail(assignment(), broken)
    assert try_jail(assignment(), limits=Limits(cell_seconds=5.0)).seconds > 0
