"""What several test files share: a course folder of their own, with or without a release in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli import main
from grader.course import Course, open_course

from .sharing import once

#: The real course folder, which tests read and never write.
REPOSITORY = Path(__file__).parent.parent

_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")


@pytest.fixture(scope="session", autouse=True)
def _nobody_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the Jupyter and IPython settings of whoever runs the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(home / "jupyter"))
        patch.setenv("JUPYTER_DATA_DIR", str(home / "share"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        patch.setenv("MPLBACKEND", "agg")
        yield


def copy_course(target: Path, assignment: str = "regularization") -> Course:
    """A copy of the real course in `target`: configuration, source and release; no submissions.

    It has one of the assignments only, so that no command needs to be told which.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name in ("source", "release"):
        original = REPOSITORY / name / assignment
        if original.is_dir():
            shutil.copytree(original, target / name / assignment, ignore=_NOT_COPIED)
    shutil.copy(REPOSITORY / "nbgrader_config.py", target)
    for name in ("submitted", "autograded", "feedback"):
        (target / name).mkdir()
    return open_course(target)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the real course, without a gradebook."""
    return copy_course(tmp_path / "course")


@pytest.fixture(scope="session")
def released_course_template(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the real course, released once: it has a gradebook. Copy it, do not change it."""

    def make(folder: Path) -> Course:
        course = copy_course(folder / "course")
        shutil.rmtree(course.root / "release", ignore_errors=True)
        assert main(["release", "--course-dir", str(course.root)]) == 0
        return course

    return once(tmp_path_factory, "released", make)


@pytest.fixture
def released_course(tmp_path: Path, released_course_template: Course) -> Course:
    """A released course of one's own, gradebook included."""
    root = tmp_path / "course"
    shutil.copytree(released_course_template.root, root)
    return open_course(root)
