"""Reading what was handed in: every form of notebook that can be read, and every one that cannot."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from grader.graft import UnreadableError, graft, graft_files
from grader.graft_reading import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_VALUES
from grader.harmless import harmless
from tests.graft_support import (
    COST,
    ESSAY,
    FILE,
    FUNCTIONS,
    MANUAL,
    Graft,
    Notebook,
    answer,
    at,
    check,
    code,
    order,
    place,
    regraft,
    said,
    solved,
    source,
    text,
)

GOOD = json.dumps(solved()).encode()
CUT_OFF = GOOD[: len(GOOD) // 2]


def _answers(done: Graft) -> list[str]:
    return [text(done, name) for name in (*FUNCTIONS, MANUAL)]


RIGHT = [*map(answer, FUNCTIONS), ESSAY]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (codecs.BOM_UTF8 + GOOD, None),
        (b"\n \r\n" + GOOD + b"\n", None),
        (GOOD.decode().encode("utf-16"), "saved as UTF-16"),
        (GOOD.decode().encode("utf-16-le"), "saved as UTF-16"),
        (GOOD.decode().encode("utf-32"), "saved as UTF-32"),
    ],
    ids=["mark", "blanks", "utf-16", "utf-16 without mark", "utf-32"],
)
def test_encodings(content: bytes, note: str | None) -> None:
    """A byte order mark or another Unicode encoding costs nothing."""
    done = graft(source(), content)
    check(done)
    assert _answers(done) == RIGHT
    assert said(done, note) if note else done.notes == ()


def test_latin_1() -> None:
    """A notebook that some editor saved as Latin-1 is read, and keeps its letters."""
    notebook = solved()
    at(notebook, MANUAL)["source"] = "Él"
    done = graft(source(), json.dumps(notebook, ensure_ascii=False).encode("latin-1", "replace"))
    assert text(done, MANUAL) == "Él"
    assert said(done, "saved as LATIN-1")


@pytest.mark.parametrize("minor", [0, 1, 4, 5, 9, None, "5"])
def test_minor_versions(minor: object) -> None:
    """Format 4 is read whatever its minor number says, with cell ids or without."""
    notebook = solved()
    notebook["nbformat_minor"] = minor
    for cell in notebook["cells"]:
        del cell["id"]
    done = regraft(notebook)
    assert _answers(done) == RIGHT
    assert done.notes == ()


def _format_3(notebook: Notebook) -> Notebook:
    cells = []
    for cell in notebook["cells"]:
        old = {key: value for key, value in cell.items() if key not in ("id", "execution_count")}
        if cell["cell_type"] == "code":
            old["input"] = old.pop("source")
            old["language"] = "python"
        cells.append(old)
    cells.append({"cell_type": "heading", "level": 2, "metadata": {}, "source": "Mine"})
    cells.append({"cell_type": "html", "metadata": {}, "source": "<b>Mine</b>"})
    half = len(cells) // 2
    sheets = [{"cells": cells[:half]}, {"cells": cells[half:]}]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": sheets}


def test_format_3() -> None:
    """A notebook of format 3 is converted, all its worksheets, headings included."""
    done = regraft(_format_3(solved()))
    assert _answers(done) == RIGHT
    assert done.notes == ("The notebook was saved in the old format 3; it was converted.",)
    assert [cell["source"] for cell in done.notebook["cells"][-2:]] == [
        "## Mine",
        harmless("<b>Mine</b>"),
    ]


@pytest.mark.parametrize("version", [None, "4", True, 4.0, [4]])
def test_wrong_format_number(version: object) -> None:
    """A notebook is known by its list of cells, if its format number makes no sense."""
    notebook = solved()
    notebook["nbformat"] = version
    assert _answers(regraft(notebook)) == RIGHT


def test_line_ends_and_lists_of_lines() -> None:
    """Text may be a list of lines, with the line ends of any system."""
    notebook = solved()
    for name in FUNCTIONS:
        at(notebook, name)["source"] = [line + "\r\n" for line in answer(name).split("\n")]
    at(notebook, MANUAL)["source"] = ESSAY.split(" ")
    assert [text(regraft(notebook), name).rstrip("\n") for name in FUNCTIONS] == RIGHT[:4]
    assert text(regraft(notebook), MANUAL) == ESSAY.replace(" ", "")


@pytest.mark.parametrize("wrong", [None, 7, {"a": 1}, [1, None, ["x"]], True])
def test_text_of_a_wrong_type(wrong: Any) -> None:
    """What is not text is left out of the answer, and a note names the cell."""
    notebook = solved()
    at(notebook, COST)["source"] = wrong
    done = regraft(notebook)
    assert done.answered[COST] == "missing"
    assert said(done, f"The submitted cell {place(notebook, COST) + 1} held something that is not")


def test_what_is_no_cell_is_left_out() -> None:
    """Numbers, nulls and lists among the cells are left out, and told."""
    notebook = solved()
    notebook["cells"][3:3] = [None, 7, [], "text"]
    done = regraft(notebook)
    assert _answers(done) == RIGHT
    assert done.notes == ("The submitted cells 4, 5, 6 and 7 are not cells and were left out.",)


def test_unknown_cell_type_becomes_raw_text() -> None:
    """An own cell of an unknown type is kept as raw text."""
    notebook = solved()
    notebook["cells"].append({**code("x = 1"), "cell_type": "plot"})
    done = regraft(notebook)
    assert done.notebook["cells"][-1]["cell_type"] == "raw"
    assert said(done, "was of a type that notebooks do not have")


def test_numbers_that_json_does_not_have() -> None:
    """NaN, Infinity and a number of ten thousand digits do no harm."""
    notebook = solved()
    cell = code("x = 1")
    cell["outputs"] = [float("nan"), float("inf")]
    notebook["cells"].append(cell)
    content = json.dumps(notebook).encode().replace(b"Infinity", b"9" * 10_000)
    assert _answers(graft(source(), content)) == RIGHT


def test_half_characters_become_question_marks() -> None:
    """Half of a surrogate pair, which no file can hold, is replaced."""
    notebook = solved()
    at(notebook, MANUAL)["source"] = "a\ud800b"
    done = regraft(notebook)
    assert text(done, MANUAL) == "a?b"
    assert said(done, "characters that no text can have")


def test_last_of_equal_keys_counts() -> None:
    """Of two equal keys the last one counts, as in Jupyter."""
    content = b'{"cells": [7], ' + GOOD.lstrip()[1:]
    assert _answers(graft(source(), content)) == RIGHT


def test_huge_cell_is_left_out() -> None:
    """A cell beyond all measure is left out, and the other answers count."""
    notebook = solved()
    at(notebook, COST)["source"] = "#" * (MAX_CELL_CHARACTERS + 1)
    done = regraft(notebook)
    assert done.answered[COST] == "missing"
    assert said(done, "held too much text")
    assert _answers(done)[1:] == RIGHT[1:]


def test_too_many_cells_are_cut() -> None:
    """A notebook with thousands of cells is read up to a limit, and a note says so."""
    notebook = solved()
    notebook["cells"] += [code("x = 1", f"c{number}") for number in range(MAX_CELLS)]
    done = regraft(notebook)
    assert len(done.notebook["cells"]) == MAX_CELLS
    assert said(done, "has more than 2,000 cells; the last 86 were cut")
    assert _answers(done) == RIGHT


def test_pictures_of_a_written_answer_are_kept() -> None:
    """Attached pictures stay with a text; what is no picture, or can carry a script, is left out."""
    notebook = solved()
    at(notebook, MANUAL)["attachments"] = {
        "good.png": {"image/png": "aGVsbG8="},
        "bad.png": {"image/png": '"><script>'},
        "active.svg": {"image/svg+xml": "PHN2Zz4="},
        "odd": 3,
    }
    at(notebook, COST)["attachments"] = {"good.png": {"image/png": "aGVsbG8="}}
    done = regraft(notebook)
    assert at(done.notebook, MANUAL)["attachments"] == {"good.png": {"image/png": "aGVsbG8="}}
    assert "attachments" not in at(done.notebook, COST)
    assert said(done, f"The submitted cell {place(notebook, MANUAL) + 1} had attachments")


UNREADABLE = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n\t\n", "it is empty"),
    "zeros": (b"\0" * 4096, "it is empty"),
    "mark": (codecs.BOM_UTF8, "it is empty"),
    "cut off": (CUT_OFF, "it was cut off"),
    "one byte short": (GOOD[:-1], "it was cut off"),
    "text": (b"def f(): pass", "it is damaged"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is damaged"),
    "random": (bytes(range(256)) * 4, "it is damaged"),
    "git": (b"version https://git-lfs.github.com/spec/v1\n", "it is damaged"),
    "conflict": (b"<<<<<<< HEAD\n" + GOOD, "it is damaged"),
    "list": (b"[1, 2]", "no notebook"),
    "string": (b'"notebook"', "no notebook"),
    "null": (b"null", "no notebook"),
    "no cells": (b'{"nbformat": 4}', "it has no list of cells"),
    "cells of a wrong type": (b'{"nbformat": 4, "cells": {}}', "it has no list of cells"),
    "no cell is one": (b'{"nbformat": 4, "cells": [1, "a"]}', "nothing in it is a cell"),
    "format 2": (b'{"nbformat": 2, "worksheets": []}', "its format is 2, which is older"),
    "format 5": (b'{"nbformat": 5, "cells": []}', "its format is 5, which is newer"),
    "deep": (b'{"cells": ' + b"[" * 200_000, "it is nested too deeply"),
    "deep and whole": (b"[" * 50_000 + b"]" * 50_000, "it is nested too deeply"),
    "many values": (b'{"cells": [' + b"{}," * MAX_VALUES + b"{}]}", "more than 2,000,000 values"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable(kind: str) -> None:
    """What cannot be read as a notebook is refused with the cause and what to do."""
    content, cause = UNREADABLE[kind]
    with pytest.raises(UnreadableError, match=f"^Cannot read {FILE}: .*{cause}.*hand it in again"):
        graft(source(), content)


def test_too_large() -> None:
    """A file above the limit is refused unread."""
    with pytest.raises(UnreadableError, match=r"larger than 0\.05 MB"):
        graft(source(), GOOD, max_bytes=50_000)


@pytest.mark.parametrize(
    "name",
    ["my work.ipynb", "Regularization.IPYNB", "work/regularization.ipynb", "\udce9 <b>.ipynb"],
)
def test_renamed_single_notebook_is_used(name: str) -> None:
    """The only notebook is taken under whatever name, and the note can be printed."""
    done = graft_files(source(), {name: GOOD, "reg_utils.py": b"", "._x.ipynb": b"\0"})
    check(done)
    assert _answers(done) == RIGHT
    assert said(done, "The notebook was called", f"instead of {FILE}")
    assert done.other_files == ("._x.ipynb", "reg_utils.py")


def test_the_right_name_wins() -> None:
    """With several notebooks the one with the right name counts, and the others are named."""
    checkpoint = ".ipynb_checkpoints/regularization-checkpoint.ipynb"
    done = graft_files(source(), {"a.ipynb": b"", FILE: GOOD, checkpoint: b"", "b.ipynb": b""})
    assert _answers(done) == RIGHT
    assert done.notes == (
        f"There were other notebooks, 'a.ipynb' and 'b.ipynb'; only '{FILE}' was read.",
    )


@pytest.mark.parametrize(
    ("names", "cause"),
    [
        ((), "there is no notebook in what was handed in"),
        (("answers.txt", "._regularization.ipynb"), "there is no notebook in what was handed in"),
        (("a.ipynb", "b.ipynb"), "there are 'a.ipynb' and 'b.ipynb', and any may be it"),
        (("x/regularization.ipynb", "y/regularization.ipynb"), "any may be it"),
    ],
)
def test_no_notebook_to_choose(names: tuple[str, ...], cause: str) -> None:
    """Without a notebook, or with several that may be it, a person has to look."""
    with pytest.raises(UnreadableError, match=cause):
        graft_files(source(), dict.fromkeys(names, GOOD))


def test_own_cells_without_ids_are_named_by_their_place() -> None:
    """In an old notebook, own cells get ids that do not change from run to run."""
    notebook = solved()
    notebook["cells"][0:0] = [code("a = 1"), code("b = 2")]
    for cell in notebook["cells"]:
        del cell["id"]
    assert order(regraft(notebook))[:2] == ["own-1", "own-2"]
