"""What is taken as a hand-in, what is told to be none, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import GraderError
from grader.submissions import examine, strays

NAME = "regularization"
NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with two assignments, and one hand-in as it should be."""
    for name in (NAME, "gradients"):
        (tmp_path / "source" / name).mkdir(parents=True)
    hand_in(tmp_path, f"ada/{NAME}/{NAME}.ipynb")
    return Course(tmp_path)


def hand_in(root: Path, path: str, text: str = NOTEBOOK) -> None:
    """Put a file into `submitted`."""
    file = root / "submitted" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "stray"),
    [
        (f"bob/Regularization/{NAME}.ipynb", "bob/Regularization"),
        (f"bob/{NAME}", f"bob/{NAME}"),
        (f"bob/{NAME}.ipynb", f"bob/{NAME}.ipynb"),
        (f"{NAME}.ipynb", f"{NAME}.ipynb"),
        (f"ada/{NAME} (1)/{NAME}.ipynb", f"ada/{NAME} (1)"),
    ],
)
def test_misplaced_hand_in_is_told(course: Course, path: str, stray: str) -> None:
    """Wrong case, a file for a folder, a loose notebook: each is one line with its place."""
    hand_in(course.root, path)
    assert strays(course, NAME, None) == [
        f"not taken as a submission: submitted/{stray}: "
        f"expected submitted/STUDENT/{NAME}/{NAME}.ipynb"
    ]
    assert course.students(NAME) == ["ada"]


def test_other_assignments_are_no_strays(course: Course) -> None:
    """Whoever has handed in something else only has handed in nothing wrong."""
    hand_in(course.root, "bob/gradients/gradients.ipynb")
    hand_in(course.root, "bob/remarks.txt")
    hand_in(course.root, "class.csv")
    (course.root / "submitted" / "cleo").mkdir()
    assert strays(course, NAME, None) == []


def test_only_the_named_students_are_looked_at(course: Course) -> None:
    """A run over one student is not bothered with the others."""
    hand_in(course.root, f"bob/{NAME}.ipynb")
    assert strays(course, NAME, ["ada"]) == []
    assert len(strays(course, NAME, ["bob"])) == 1


@pytest.mark.parametrize("name", [".hidden", ".ipynb_checkpoints", "_old"])
def test_hidden_folders_are_no_students(course: Course, name: str) -> None:
    """What programs and instructors put aside is not graded."""
    hand_in(course.root, f"{name}/{NAME}/{NAME}.ipynb")
    assert course.students(NAME) == ["ada"]
    assert strays(course, NAME, None) == []


def forbid(patch: pytest.MonkeyPatch, method: str, folder: Path) -> None:
    """Let a method of paths fail in a folder, as the system does; root would be let in."""
    original = getattr(Path, method)

    def guarded(self: Path) -> object:
        if folder in (self, *self.parents):
            raise PermissionError(13, "Permission denied", str(self))
        return original(self)

    patch.setattr(Path, method, guarded)


@pytest.mark.parametrize("method", ["is_file", "is_symlink", "read_bytes"])
def test_unreadable_hand_in_is_its_own_trouble_only(
    course: Course, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions are mended by a person; nothing is recorded, and nobody else is affected."""
    folder = course.submitted("ada", NAME)
    forbid(monkeypatch, method, folder)
    found = examine(course, "ada", NAME, for_kernel=True)
    assert not found.recorded
    assert found.problem is not None
    assert f"cannot be read (Permission denied); run: chmod -R u+rX {folder}" in found.problem


def test_unreadable_student_folder_is_told(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that hides what is in it is not passed over in silence."""
    (course.root / "submitted" / "bob").mkdir()
    forbid(monkeypatch, "iterdir", course.root / "submitted" / "bob")
    (line,) = strays(course, NAME, None)
    assert line.startswith("not taken as a submission: submitted/bob: it cannot be read")


def test_unreadable_class_is_an_error(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that cannot be listed is not an empty class."""
    forbid(monkeypatch, "iterdir", course.root / "submitted")
    with pytest.raises(
        GraderError, match=r"Cannot read .*submitted: Permission denied\. Run: chmod"
    ):
        course.students(NAME)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (NOTEBOOK.replace("4,", "3,"), "is of notebook format 3"),
        (NOTEBOOK.replace("[]", "[5]"), "cell number 1 is none"),
        (NOTEBOOK.replace("[]", '[{"cell_type": "code", "source": ""}]'), "cell number 1 is none"),
    ],
)
def test_what_is_no_notebook_is_the_hand_in_s_fault(
    course: Course, text: str, problem: str
) -> None:
    """A file at which nbgrader would stop with an error of its own is recognised before."""
    hand_in(course.root, f"ada/{NAME}/{NAME}.ipynb", text)
    found = examine(course, "ada", NAME, for_kernel=True)
    assert found.recorded
    assert found.problem is not None
    assert problem in found.problem


def test_a_folder_that_is_a_link_is_not_taken_for_work(course: Course) -> None:
    """A link to another student's folder is named, and neither graded nor counted as zero."""
    place = course.root / "submitted" / "eve"
    place.mkdir()
    (place / NAME).symlink_to(course.submitted("ada", NAME))
    seen = examine(course, "eve", NAME)
    assert not seen.recorded
    assert "symbolic link" in str(seen.problem)


def test_a_timestamp_that_is_a_link_is_left_aside(course: Course) -> None:
    """Whatever the link points to is not read."""
    (course.submitted("ada", NAME) / "timestamp.txt").symlink_to("/etc/hostname")
    (note,) = examine(course, "ada", NAME).notes
    assert "symbolic link" in note
