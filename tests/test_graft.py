"""The graft: what becomes of answers, tests, given cells and own cells, whatever was done to them."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from grader.graft import UnreadableError, graft
from tests.graft_support import (
    BACK_DROPOUT,
    COST,
    ESSAY,
    FUNCTIONS,
    MANUAL,
    RELEASE,
    TESTS,
    Notebook,
    answer,
    at,
    check,
    code,
    copy_of,
    insert_after,
    neighbours,
    order,
    regraft,
    remove,
    said,
    solved,
    source,
    text,
)


def test_release_comes_back_as_the_autograded_notebook_would() -> None:
    """A release that nobody touched gives no note, no answer, the released stubs and whole tests."""
    done = graft(source(), RELEASE.read_bytes())
    check(done)
    assert done.notes == ()
    assert set(done.answered.values()) == {"untouched"}
    released = json.loads(RELEASE.read_text(encoding="utf-8"))
    for cell in released["cells"]:
        grade_id = cell["metadata"]["nbgrader"]["grade_id"]
        if grade_id in TESTS:
            assert "BEGIN HIDDEN TESTS" in text(done, grade_id)
        else:
            assert text(done, grade_id) == "".join(cell["source"])


def test_answers_are_put_in() -> None:
    """A notebook that was filled in as it should be keeps every answer to the letter, unremarked."""
    done = regraft(solved())
    assert done.notes == ()
    assert {name: text(done, name) for name in FUNCTIONS} == {n: answer(n) for n in FUNCTIONS}
    assert text(done, MANUAL) == ESSAY
    assert done.answered == {
        "double_it": "untouched",
        **dict.fromkeys((*FUNCTIONS, MANUAL), "submitted"),
    }


def test_the_same_bytes_give_the_same_graft() -> None:
    """A graft is a pure function of what was handed in, in another process too."""
    notebook = solved()
    for cell in notebook["cells"]:
        del cell["id"]
    insert_after(notebook, "packages", code("x = 1", ""), code("x = 2", ""))
    content = json.dumps(notebook).encode()
    sent = pickle.loads(pickle.dumps(source()))  # noqa: S301  our own
    assert graft(sent, content) == graft(source(), content) == graft(source(), content)


# Every way to damage the tests and the given cells


def _edit(grade_id: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        at(notebook, grade_id)["source"] = "15.0"

    return damage


def _delete(grade_id: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        remove(notebook, grade_id)

    return damage


def _copy(grade_id: str, new_text: str | None = None) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        original = at(notebook, grade_id)
        notebook["cells"].append(copy_of(original, new_text or original["source"]))

    return damage


def _retype(grade_id: str, cell_type: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        at(notebook, grade_id)["cell_type"] = cell_type

    return damage


def _tag(grade_id: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        at(notebook, grade_id)["metadata"]["tags"] = ["skip-execution"]

    return damage


def _set(grade_id: str, /, **settings: object) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        at(notebook, grade_id)["metadata"]["nbgrader"].update(settings)

    return damage


def _move(grade_id: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        notebook["cells"].append(remove(notebook, grade_id))

    return damage


def _strip(grade_id: str) -> Callable[[Notebook], None]:
    def damage(notebook: Notebook) -> None:
        cell = at(notebook, grade_id)
        del cell["id"]
        cell["metadata"] = {}

    return damage


TEST = f"test_{COST}"


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        (_edit(TEST), f"The test cell {TEST} was edited; the original was used."),
        (_delete(TEST), f"The test cell {TEST} was missing; the original was put in its place."),
        (_copy(TEST), f"The test cell {TEST} was there more than once; the copies were left out."),
        (
            _copy(TEST, "100.0"),
            f"The test cell {TEST} was there more than once; the copies were left out.",
        ),
        (_retype(TEST, "raw"), f"The test cell {TEST} had another cell type"),
        (_tag(TEST), f"The test cell {TEST} had changed tags"),
        (_set(TEST, points=100), f"The test cell {TEST} had changed nbgrader settings"),
        (_set(TEST, solution=True), f"The test cell {TEST} had changed nbgrader settings"),
        (_set(TEST, points=float("nan")), f"The test cell {TEST} had changed nbgrader settings"),
        (_set(TEST, grade_id="another"), f"The test cell {TEST} had lost its grade_id"),
        (_set(TEST, grade_id=["x"]), f"The test cell {TEST} had lost its grade_id"),
        (_move(TEST), f"The test cell {TEST} was moved; it was put back."),
        (_strip(TEST), f"The test cell {TEST} had lost its grade_id"),
        (_edit("packages"), "The given cell packages was edited"),
        (_delete("packages"), "The given cell packages was missing"),
        (_copy("packages"), "The given cell packages was there more than once"),
        (_retype("title", "code"), "The given cell title had another cell type"),
        (_move("model"), "The given cell model was moved"),
    ],
)
def test_instructors_cells_are_the_sources(damage: Callable[[Notebook], None], note: str) -> None:
    """Whatever is done to a test or a given cell, the source's own is used, and one note says so."""
    notebook = solved()
    damage(notebook)
    done = regraft(notebook)
    assert len(done.notes) == 1
    assert done.notes[0].startswith(note)
    assert order(done) == order(regraft(solved()))
    assert [text(done, name) for name in FUNCTIONS] == [answer(name) for name in FUNCTIONS]


def test_edited_copy_of_a_given_cell_is_an_experiment() -> None:
    """A training cell that was copied and changed stays as the student's, and is still skipped."""
    notebook = solved()
    insert_after(notebook, "train_l2", copy_of(at(notebook, "train_l2"), "model(lambd=9)", "mine"))
    done = regraft(notebook)
    mine = next(cell for cell in done.notebook["cells"] if cell["id"] == "mine")
    assert mine["source"] == "model(lambd=9)"
    assert set(mine["metadata"]) == {"tags"}
    assert set(mine["metadata"]["tags"]) == {"raises-exception", "skip-execution"}  # the source's
    assert neighbours(done, "mine")[0] == "train_l2"
    assert said(done, "The given cell train_l2 was copied and the copy edited")
    assert not said(done, "tags")


# The student's own cells


def test_own_cells_stay_in_place() -> None:
    """Own cells of every type stay between their neighbours, without outputs, tags and metadata."""
    notebook = solved()
    own = [
        code("helper = 1", "helper", tags=["skip-execution"], nbgrader={"grade": True}),
        {"cell_type": "markdown", "id": "note", "metadata": {}, "source": ["a\n", "b"]},
        {"cell_type": "raw", "id": "rough", "metadata": {"x": 1}, "source": "c"},
    ]
    insert_after(notebook, "packages", *own)
    notebook["cells"].insert(0, code("first = 1", "first"))
    notebook["cells"].append(code("last = 1", "last"))
    done = regraft(notebook)
    ids = order(done)
    start = ids.index("packages")
    assert ids[start : start + 4] == ["packages", "helper", "note", "rough"]
    assert (ids[0], ids[-1]) == ("first", "last")
    cells = {cell["id"]: cell for cell in done.notebook["cells"]}
    assert cells["helper"] == {
        "cell_type": "code",
        "execution_count": None,
        "id": "helper",
        "metadata": {},
        "outputs": [],
        "source": "helper = 1",
    }
    assert cells["note"]["source"] == "a\nb"
    assert {"first", "helper", "note", "rough", "last", *FUNCTIONS, MANUAL} <= done.student_cells
    assert said(done, "submitted cell", "had tags, which were left out")


def test_own_cells_do_not_follow_a_cell_that_was_moved() -> None:
    """Own cells after an answer that was moved to the end stay at the end."""
    notebook = solved()
    _move(COST)(notebook)
    notebook["cells"].append(code("mine = 1"))
    assert order(regraft(notebook))[-1] == "mine"


def test_own_cell_that_redefines_an_answer_stays() -> None:
    """A function that the student defines again after the answer is defined again in the graft."""
    notebook = solved()
    insert_after(notebook, COST, code(f"def {COST}():\n    return 2"))
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert neighbours(done, "mine")[0] == COST
    assert done.notes == ()


def test_own_cells_get_ids_that_are_free() -> None:
    """Own cells with no id, a wrong one, or one that another has get one of their own."""
    notebook = solved()
    odd: list[object] = [None, 3, "", "not valid!", "x" * 65, "twice", "twice", "own-3"]
    insert_after(notebook, "title", *(code(f"n = {n}", cell_id) for n, cell_id in enumerate(odd)))  # type: ignore[arg-type]
    done = regraft(notebook)
    sources = [cell["source"] for cell in done.notebook["cells"]]
    assert [f"n = {n}" for n in range(len(odd))] == sources[1 : 1 + len(odd)]


def test_empty_own_cells_are_left_out() -> None:
    """The empty cell that Jupyter leaves at the end is not kept."""
    notebook = solved()
    notebook["cells"].append(code(" \n"))
    assert "mine" not in order(regraft(notebook))


@pytest.mark.parametrize(
    "cells",
    [
        [code("print(1)")],
        [],
        [
            {"cell_type": "markdown", "source": "*Your answer here.*"},
            code("def elsewhere():\n    return 1"),
        ],
    ],
)
def test_another_notebook_is_not_graded(cells: list[dict[str, Any]]) -> None:
    """One with none of the assignment's cells is no empty answer: a person is to look at it."""
    with pytest.raises(UnreadableError, match="Is it another notebook"):
        regraft({"nbformat": 4, "cells": cells, "metadata": {}})


def test_kernel_is_the_sources() -> None:
    """A notebook made for another kernel is graded with the source's."""
    notebook = solved()
    notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    done = regraft(notebook)
    assert done.notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert done.notes == ("The notebook asked for the kernel 'ir'; python3 was used.",)


def test_notes_stay_short() -> None:
    """A notebook in which everything was moved is told of in a few sentences."""
    notebook = solved()
    notebook["cells"].reverse()
    done = regraft(notebook)
    assert [text(done, name) for name in FUNCTIONS] == [answer(name) for name in FUNCTIONS]
    assert len(done.notes) < 10
    assert max(map(len, done.notes)) < 600
    assert said(done, "more were moved")


def _calls(cells: int) -> int:
    """How many calls a graft takes of a notebook with so many cells of the student's own."""
    notebook = solved()
    remove(notebook, BACK_DROPOUT)
    notebook["cells"].extend(code(f"x{number} = {number}") for number in range(cells))
    content = json.dumps(notebook).encode()
    made = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        graft(source(), content)
    finally:
        sys.setprofile(before)
    return made


def test_graft_is_little_work_and_grows_with_the_notebook() -> None:
    """A graft takes some thousand calls, and for twice as many own cells no more than twice as many more."""
    _calls(0)  # what is worked out once and kept
    none, some, many = _calls(0), _calls(100), _calls(400)
    assert none < 20_000
    assert many - none < 1.2 * 4 * (some - none)
