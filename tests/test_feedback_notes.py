"""What a feedback page tells beside the notebook: notes on the hand-in, and where output was cut."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.cli import main
from grader.course import Course

from .jail_support import NO_BWRAP, has_bwrap
from .test_release import NAME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
]

#: A file name that would be a program in a page.
ACTIVE = "<img src=x onerror=alert(1)>&.ipynb"
NOTES = "What was noticed about your hand-in"
CUT = "the first {} characters are kept"


def _own(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"output_was_cut": True},
        "outputs": [],
        "source": source,
    }


def hand_in(course: Course, student: str, *programs: str) -> Path:
    """Hand in the release with cells of one's own at its end."""
    shutil.copytree(course.release(NAME), course.submitted(student, NAME))
    path = course.submitted(student, NAME) / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += [_own(f"own-{n}", text) for n, text in enumerate(programs)]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def pages(course: Course) -> dict[str, str]:
    """Grade, write feedback, and read it."""
    place = ["--course-dir", str(course.root)]
    assert main(["grade", *place, "--jobs", "1"]) == 0
    assert main(["feedback", *place]) == 0
    found = (course.root / "feedback").glob(f"*/{NAME}/{NAME}.html")
    return {path.parent.parent.name: path.read_text(encoding="utf-8") for path in found}


def test_students_read_what_was_noticed_and_where_output_was_cut(released_course: Course) -> None:
    """Notes are on the page, escaped, and only where there are any; so is each cell that was cut."""
    hand_in(
        released_course,
        "ada",
        "print('y' * 20_001)",
        "print('y' * 19_000)\nprint(object(), 'z' * 2_000)",
        "print('y' * 19_000)\nprint(object(), 'z' * 500)",
    )
    hand_in(released_course, "bob").rename(released_course.submitted("bob", NAME) / ACTIVE)
    found = pages(released_course)
    assert found["ada"].count(CUT.format("20,000")) == 2
    assert NOTES not in found["ada"]
    assert found["bob"].count(NOTES) == 1
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;.ipynb" in found["bob"]
    assert "<img src=x" not in found["bob"]
    assert CUT.format("20,000") not in found["bob"]
    assert "<strong>0</strong> of 100 points" in found["bob"]


def test_the_limit_is_the_course_s_own(released_course: Course) -> None:
    """Where output was cut, the page tells the limit that the course set."""
    with released_course.config_file.open("a", encoding="utf-8") as file:
        file.write("\nc.Limits.output_characters = 3_000\n")
    hand_in(released_course, "bob", "print('y' * 4_000)")
    assert pages(released_course)["bob"].count(CUT.format("3,000")) == 1
