"""The graft: how answers are found, and which one counts where there are several."""

from __future__ import annotations

import json

import pytest

from tests.graft_support import (
    BACK_L2,
    COST,
    FUNCTIONS,
    MANUAL,
    Notebook,
    answer,
    at,
    code,
    copy_of,
    insert_after,
    neighbours,
    order,
    place,
    regraft,
    remove,
    said,
    solution_lines,
    solved,
    source,
    text,
)

#: A second try at an answer, told from the first by its text.
SECOND = f"def {COST}(A3, Y, parameters, lambd):\n    return 2"
STUB_LINE = 'raise NotImplementedError("this gap is still empty")'
TEST = f"test_{COST}"


# Finding answers


def test_answer_without_grade_id_is_found_by_cell_id() -> None:
    """An answer whose metadata was removed is recognised by the cell id it was released with."""
    notebook = solved()
    at(notebook, COST)["metadata"] = {}
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert said(done, f"The answer cell {COST} had lost its grade_id")


@pytest.mark.parametrize("cell_type", ["code", "markdown"])
def test_answer_without_any_name_is_found_by_its_function(cell_type: str) -> None:
    """An answer that lost grade_id and id is recognised by its function, with its syntax error."""
    notebook = solved()
    cell = remove(notebook, COST)
    broken = answer(COST) + "\n  ( oops"
    notebook["cells"].append({"cell_type": cell_type, "metadata": {}, "source": broken})
    done = regraft(notebook)
    assert cell["id"] not in [each.get("id") for each in notebook["cells"]]
    assert text(done, COST) == broken
    assert broken not in [each["source"] for each in done.notebook["cells"] if each["id"] != COST]
    assert done.answered[COST] == "submitted"
    assert said(done, f"The answer cell {COST} was found in another cell")


def test_text_that_quotes_the_function_is_no_answer() -> None:
    """A note in which the function's code is quoted is not taken for the answer."""
    notebook = solved()
    remove(notebook, COST)
    quote = f"My idea:\n```python\n{answer(COST)}\n```"
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": quote})
    done = regraft(notebook)
    assert done.answered[COST] == "missing"


def test_one_cell_may_answer_for_several() -> None:
    """Who puts all functions into one cell has answered them all."""
    notebook = solved()
    for name in FUNCTIONS:
        remove(notebook, name)
    everything = "\n\n".join(map(answer, FUNCTIONS))
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": everything})
    done = regraft(notebook)
    assert [text(done, name) for name in FUNCTIONS] == [everything] * 4
    assert done.notebook["cells"][-1]["source"] != everything


def test_answer_merged_into_another_answer_is_found() -> None:
    """Two answer cells merged into one, as JupyterLab does it, answer for both."""
    notebook = solved()
    both = answer(COST) + "\n\n" + remove(notebook, BACK_L2)["source"]
    at(notebook, COST)["source"] = both
    done = regraft(notebook)
    assert (text(done, COST), text(done, BACK_L2)) == (both, both)


def test_answer_merged_into_a_given_cell_is_found() -> None:
    """An answer that was merged into a given cell is found there; the given cell stays as it is."""
    notebook = solved()
    merged = answer(COST) + "\n\n" + "".join(at(notebook, TEST)["source"])
    remove(notebook, COST)
    at(notebook, TEST)["source"] = merged
    assert text(regraft(notebook), COST) == merged


def test_missing_answer_becomes_the_stub() -> None:
    """Where an answer was deleted or emptied, the released cell stands, and never the solution."""
    notebook = solved()
    for name in (*FUNCTIONS, MANUAL):
        remove(notebook, name)
    at(notebook, "double_it")["source"] = " \n"
    done = regraft(notebook)
    assert set(done.answered.values()) == {"missing"}
    assert said(done, "The answer cells double_it", "were missing or empty")
    assert text(done, MANUAL) == "*Your answer here.*"
    assert all(STUB_LINE in text(done, name) for name in FUNCTIONS)
    everything = json.dumps(done.notebook, ensure_ascii=False)
    assert [line for line in solution_lines() if line in everything] == []


@pytest.mark.parametrize(
    ("grade_id", "cell_type"), [(COST, "markdown"), (COST, "raw"), (MANUAL, "code")]
)
def test_retyped_answer_counts(grade_id: str, cell_type: str) -> None:
    """An answer cell of another type counts with its text, as the type it should have."""
    notebook = solved()
    before = at(notebook, grade_id)["source"]
    at(notebook, grade_id)["cell_type"] = cell_type
    done = regraft(notebook)
    assert text(done, grade_id) == before
    assert said(done, f"The answer cell {grade_id} had another cell type")


def test_answer_keeps_no_tags_and_no_settings() -> None:
    """Tags and points that a student gives to an answer cell do not count."""
    notebook = solved()
    at(notebook, COST)["metadata"]["tags"] = ["skip-execution"]
    at(notebook, MANUAL)["metadata"]["nbgrader"]["points"] = 1000
    done = regraft(notebook)
    assert said(done, f"The answer cell {COST} had changed tags")
    assert said(done, f"The answer cell {MANUAL} had changed nbgrader settings")


def test_moved_answer_counts_in_its_place() -> None:
    """An answer at the end of the notebook is put back before its test."""
    notebook = solved()
    notebook["cells"].append(remove(notebook, COST))
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert done.notes == (f"The answer cell {COST} was moved; it was put back.",)


# Several copies


def test_last_copy_before_the_test_is_the_answer() -> None:
    """Of two copies before the test the second counts, and the first stays before it."""
    notebook = solved()
    insert_after(notebook, COST, copy_of(at(notebook, COST), SECOND))
    done = regraft(notebook)
    assert text(done, COST) == SECOND
    before = done.notebook["cells"][order(done).index(COST) - 1]
    assert before["source"] == answer(COST)
    assert before["metadata"] == {}
    where = place(notebook, COST) + 2
    assert said(
        done, f"The answer cell {COST} was there more than once; the submitted cell {where}"
    )


def test_copy_after_the_test_does_not_replace_the_answer() -> None:
    """An experiment further down stays there, as a cell of the student's own."""
    notebook = solved()
    notebook["cells"].append(copy_of(at(notebook, COST), SECOND))
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert order(done)[-1] == "copy"


def test_copy_of_the_stub_does_not_undo_the_answer() -> None:
    """A copy that is still as released is left out."""
    notebook = solved()
    stub = next(cell.released for cell in source().cells if cell.name == COST)
    insert_after(notebook, COST, copy_of(at(notebook, COST), stub))
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert "copy" not in order(done)
    assert said(done, f"The answer cell {COST} was there more than once; the copies were left out")


def test_split_answer_keeps_both_halves_in_order() -> None:
    """Of an answer cell split in two, the half with the function is the answer; the other follows."""
    notebook = solved()
    insert_after(notebook, COST, copy_of(at(notebook, COST), "scale = 1", "half"))
    done = regraft(notebook)
    assert text(done, COST) == answer(COST)
    assert neighbours(done, "half")[0] == COST


# An untouched answer cell, and the function elsewhere


def _stubbed() -> Notebook:
    notebook = solved()
    stub = next(cell.released for cell in source().cells if cell.name == COST)
    at(notebook, COST)["source"] = stub
    return notebook


def test_function_in_an_own_cell_before_its_test_counts_there() -> None:
    """An own cell between the untouched answer cell and its test stays: the notebook runs so."""
    notebook = _stubbed()
    insert_after(notebook, COST, code("import math"), code(SECOND, "below"))
    done = regraft(notebook)
    assert neighbours(done, "below")[0] == "mine"
    assert STUB_LINE in text(done, COST)
    assert done.answered[COST] == "submitted"


@pytest.mark.parametrize("where", ["title", "finish"])
def test_function_in_an_own_cell_in_odd_order_is_the_answer(where: str) -> None:
    """An own cell that defines the function too early or too late is taken as the answer."""
    notebook = _stubbed()
    insert_after(notebook, where, code(SECOND, "elsewhere"))
    done = regraft(notebook)
    assert text(done, COST) == SECOND
    assert "elsewhere" not in order(done)
    assert said(done, f"The answer cell {COST} was found in another cell")
