"""Synthetic submissions: the release, filled in as students fill it in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import GraderError
from grader.notebooks import cells_by_grade_id, source_of
from grader.submissions import digest_of, examine, read_timestamp
from grader.synthetic import Handout, fill_in, read_handout, write_submission
from testcases.core.protocol import SampleSubmission

STUB = ("raise NotImplementedError()",)


def handout(source: str) -> Handout:
    """A release with a single cell, `f`."""
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "f"}}, "source": source}
    return Handout(Course(Path()), "made-up", {"cells": [cell]}, STUB)


def sample(**changed: object) -> SampleSubmission:
    """A student who changed nothing, unless changed."""
    fields = {"student": "ada", "description": "", "gaps": {}, "cells": {}, "expected": {}}
    return SampleSubmission(**{**fields, **changed})  # type: ignore[arg-type]


def filled(source: str, *gaps: str) -> str:
    """The cell's text with these answers."""
    notebook = fill_in(handout(source), sample(gaps={"f": gaps}))
    text: str = notebook["cells"][0]["source"]
    return text


def test_each_gap_gets_its_answer_at_its_own_indentation() -> None:
    """Answers of several lines keep their shape and move in as far as the gap is."""
    source = (
        "def f():\n    raise NotImplementedError()\n    if a:\n        raise NotImplementedError()"
    )
    assert filled(source, "x = 1\nfor i in x:\n    y = i", "z = 2") == (
        "def f():\n    x = 1\n    for i in x:\n        y = i\n    if a:\n        z = 2"
    )


def test_answers_must_be_as_many_as_gaps() -> None:
    """A sample class that no longer fits the notebook is an error, not a class of half answers."""
    with pytest.raises(GraderError, match="has 1 gaps, and there are 2 answers"):
        filled("def f():\n    raise NotImplementedError()", "x = 1", "y = 2")


def test_unknown_cell_is_an_error() -> None:
    """An answer to a cell that the release has not is noticed."""
    with pytest.raises(GraderError, match="no cell g"):
        fill_in(handout("pass"), sample(cells={"g": "pass"}))


def test_filling_in_leaves_the_handout_as_it_was() -> None:
    """The next student starts from the release, not from the last student's answers."""
    made = handout("def f():\n    raise NotImplementedError()")
    fill_in(made, sample(gaps={"f": ("pass",)}))
    assert "NotImplementedError" in made.notebook["cells"][0]["source"]


@pytest.mark.slow
def test_submission_has_all_files_of_the_release_and_a_timestamp(released_course: Course) -> None:
    """What is handed in is the release with answers in it, and nbgrader can read when."""
    name = "regularization"
    made = read_handout(released_course, name)
    folder = write_submission(made, sample(cells={"interpretation": "Because."}))
    assert folder == released_course.submitted("ada", name)
    release = released_course.release(name)
    names = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == names | {"timestamp.txt"}
    when, note = read_timestamp(folder)
    assert when is not None
    assert note is None
    notebook = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert source_of(cells_by_grade_id(notebook)["interpretation"]) == "Because."
    assert examine(released_course, "ada", name).problem is None
    with pytest.raises(GraderError, match="exists"):
        write_submission(made, sample())


@pytest.mark.slow
def test_same_sample_gives_the_same_bytes(released_course: Course) -> None:
    """A class is reproducible: the digest of a hand-in depends on the answers alone."""
    made = read_handout(released_course, "regularization")
    folders = [write_submission(made, sample(student=student)) for student in ("ada", "bob")]
    assert digest_of(folders[0]) == digest_of(folders[1])


def test_digest_tells_files_apart_by_name_and_content(tmp_path: Path) -> None:
    """Renaming, moving a byte to the next file, or adding an empty file makes another hand-in."""
    digests = set()
    for files in ({"a": "xy"}, {"b": "xy"}, {"a": "x", "b": "y"}, {"a": "xy", "b": ""}):
        folder = tmp_path / str(len(digests))
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_text(content)
        digests.add(digest_of(folder))
    assert len(digests) == 4


def test_digest_leaves_out_what_it_is_told_to(tmp_path: Path) -> None:
    """What Python caches beside the tests does not make them other tests."""
    (tmp_path / "tests.py").write_text("")
    before = digest_of(tmp_path, without={"__pycache__"})
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "tests.pyc.123").write_text("")
    assert digest_of(tmp_path, without={"__pycache__"}) == before != digest_of(tmp_path)


def test_missing_release_names_the_command_that_makes_it(course: Course) -> None:
    """Without a release there is nothing to fill in."""
    released = course.release("regularization")
    if released.is_dir():
        released.rename(released.with_name("elsewhere"))
    with pytest.raises(GraderError, match="grader release regularization"):
        read_handout(course, "regularization")
