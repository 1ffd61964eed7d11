"""Classes to grade: made-up students who hand in the released notebook, filled in."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from grader.course import CONFIG_FILE, Course, open_course
from grader.progress import track
from grader.synthetic import HANDED_IN, fill_in, read_handout
from testcases import load_assignment

ROOT = Path(__file__).parents[2]
NAME = "regularization"
#: How the line of nbgrader_config.py begins that switches our plug-ins on.
_PLUGINS = "c.Autograde.exporter_class"


def new_course(folder: Path) -> Course:
    """A course folder with source, configuration, secret and release."""
    from grader.releasing import make_release

    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "source" / NAME, folder / "source" / NAME)
    shutil.copy(ROOT / CONFIG_FILE, folder / CONFIG_FILE)
    (folder / "submitted").mkdir()
    course = open_course(folder)
    make_release(course, NAME)
    return course


def hand_in(course: Course, size: int, seed: int = 1) -> list[str]:
    """Let a class hand in; files that are the same for everybody are links to the release's.

    Returns:
        The students.
    """
    handout = read_handout(course, NAME)
    samples = load_assignment(NAME).sample_class(size, seed)
    release = course.release(NAME)
    others = [
        path for path in release.rglob("*") if path.is_file() and path.name != f"{NAME}.ipynb"
    ]
    for number, sample in track(enumerate(samples, 1), f"{size} hand in", size):
        folder = course.submitted(f"student-{number:05d}", NAME)
        for path in others:
            target = folder / path.relative_to(release)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
        text = json.dumps(fill_in(handout, sample), indent=1, ensure_ascii=False)
        (folder / f"{NAME}.ipynb").write_text(text + "\n", encoding="utf-8")
        (folder / "timestamp.txt").write_text(HANDED_IN, encoding="utf-8")
    return course.students(NAME)


def without_plugins(course: Course) -> None:
    """Make the course's configuration that of a user who has nbgrader and nothing else."""
    lines = course.config_file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(_PLUGINS)]
    assert len(kept) == len(lines) - 1, f"{course.config_file} has no line {_PLUGINS}"
    course.config_file.write_text("".join(kept), encoding="utf-8")


def with_trainings(course: Course) -> None:
    """Let the trainings and what they need run while grading, as in the classic notebook."""
    path = course.source(NAME) / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] in ("load_data", "train_plain", "train_l2", "train_dropout"):
            cell["metadata"]["tags"].remove("skip-execution")
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


def copy_with(course: Course, folder: Path, students: list[str]) -> Course:
    """A copy of the course in which only these students have handed in."""
    shutil.copytree(course.root, folder, ignore=shutil.ignore_patterns("submitted", "autograded"))
    (folder / "submitted").mkdir()
    for student in students:
        shutil.copytree(course.root / "submitted" / student, folder / "submitted" / student)
    return open_course(folder)
