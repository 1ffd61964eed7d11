"""The leak search: it finds solutions wherever they hide, and does not cry wolf."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.leaks import find_leaks, solution_lines
from grader.nbgrader_course import Markers
from testcases import load_assignment

MARKERS = Markers(
    solution=("BEGIN SOLUTION", "END SOLUTION"),
    hidden_tests=("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"),
    mark_scheme=("BEGIN MARK SCHEME", "END MARK SCHEME"),
    code_stub="raise NotImplementedError",
    text_stub="*Your answer here.*",
)
SOLUTION = """\
def area(r):
    pi = 3.14159
    ### BEGIN SOLUTION
    # a remark
    square = r * r
    result = (
        pi * square + 0 * pi + 0 * square
    )
    ### END SOLUTION
    return result
"""


def notebook(*cells: tuple[str, str, bool]) -> dict[str, Any]:
    """A notebook of (kind, source, is a solution cell)."""
    return {
        "cells": [
            {
                "cell_type": kind,
                "id": f"cell-{number}",
                "source": source,
                "metadata": {"nbgrader": {"solution": solution, "grade_id": f"cell-{number}"}},
            }
            for number, (kind, source, solution) in enumerate(cells)
        ]
    }


def leaks(release: Path, source: dict[str, Any]) -> list[str]:
    """What is found in the folder, as sentences."""
    found = find_leaks(release, source, load_assignment("regularization"), MARKERS)
    return [str(leak) for leak in found]


def test_only_telling_lines_are_secret() -> None:
    """A bracket, a remark or a bare `return` tells nothing; a computation does."""
    assert list(solution_lines(notebook(("code", SOLUTION, True)), MARKERS).values()) == [
        "square = r * r",
        "pi * square + 0 * pi + 0 * square",
    ]


def test_what_is_shown_elsewhere_is_no_secret() -> None:
    """A line that the instructor gives as a hint, even as a comment, may be in the release."""
    hint = ("markdown", "Start like this:\n\n    square = r * r", False)
    lines = solution_lines(notebook(("code", SOLUTION, True), hint), MARKERS)
    assert list(lines.values()) == ["pi * square + 0 * pi + 0 * square"]
    comment = ("code", "# square = r*r", False)
    lines = solution_lines(notebook(("code", SOLUTION, True), comment), MARKERS)
    assert "square = r * r" not in lines.values()


def test_a_whole_cell_can_be_the_solution() -> None:
    """A solution cell without markers is replaced as a whole, so all of it is secret."""
    source = notebook(
        ("code", "def twice(x):\n    return 2 * x", True),
        ("markdown", "The penalty pulls each weight towards zero at every step.", True),
    )
    assert list(solution_lines(source, MARKERS).values()) == [
        "return 2 * x",
        "The penalty pulls each weight towards zero at every step.",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("helper.py", "def f(r):\n    square=r*r\n"),
        ("helper.py", "# square = r * r\n"),
        ("notes.md", "The answer is `pi * square + 0 * pi + 0 * square`, of course.\n"),
        (
            "other.ipynb",
            json.dumps({"cells": [{"outputs": [{"text": ["x\n", "square = r * r"]}]}]}),
        ),
        ("other.ipynb", json.dumps({"metadata": {"note": "a\nsquare = r * r"}, "cells": []})),
        ("broken.ipynb", "square = r * r\n"),
    ],
)
def test_solution_lines_are_found_anywhere(name: str, text: str, tmp_path: Path) -> None:
    """In code, in comments, in prose, in outputs and in metadata, whatever the spacing."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = leaks(tmp_path, notebook(("code", SOLUTION, True)))
    assert len(found) == 1
    assert found[0].startswith(f"{name} contains the solution line")


@pytest.mark.parametrize(
    "text",
    [
        "square = ...\n",
        "squares = r * r_max\n",
        "pi = 3.14159\nreturn result\n",
        "# a remark\n)\n",
        "The testcases of this exercise import nothing.\n",
    ],
)
def test_harmless_lines_are_let_through(text: str, tmp_path: Path) -> None:
    """Hints with dots, other computations and given lines are no leak."""
    (tmp_path / "helper.py").write_text(text, encoding="utf-8")
    assert leaks(tmp_path, notebook(("code", SOLUTION, True))) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("area.py", "import math\n\n\ndef area(radius):\n    return math.pi * radius**2\n"),
        ("area.py", "if True:\n    async def area(radius): ...\n"),
        ("area.py", "def area(radius:\n"),
        ("area.txt", "def area(radius):\n    return 3\n"),
    ],
)
def test_function_to_write_is_a_leak_in_any_style(name: str, text: str, tmp_path: Path) -> None:
    """A solution that shares no line with ours is known by the function that it defines."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    source = notebook(("code", SOLUTION, True), ("code", "def given():\n    pass", False))
    assert leaks(tmp_path, source) == [f"{name} defines area, which students are to write"]


def test_speaking_of_a_function_is_no_leak(tmp_path: Path) -> None:
    """Students may be told what to write, may use it, and find it in their notebook."""
    (tmp_path / "notes.md").write_text("Write `def area(r)` first.\n", encoding="utf-8")
    (tmp_path / "use.py").write_text('"""Call def area."""\nprint(area)\n', encoding="utf-8")
    (tmp_path / "given.py").write_text("def given(): ...\n", encoding="utf-8")
    cells = {"cells": [{"source": "def area(r):\n    raise NotImplementedError"}]}
    (tmp_path / "made-up.ipynb").write_text(json.dumps(cells), encoding="utf-8")
    source = notebook(("code", SOLUTION, True), ("code", "def given():\n    pass", False))
    assert leaks(tmp_path, source) == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_text_is_searched_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    """A text file is no picture just because an old editor wrote it."""
    (tmp_path / "notes.txt").write_text("für später\nsquare = r * r\n", encoding=encoding)
    assert leaks(tmp_path, notebook(("code", SOLUTION, True))) == [
        "notes.txt contains the solution line `square = r * r`"
    ]


def test_pictures_are_searched_for_markers_only(tmp_path: Path) -> None:
    """A file that is no text is no reason to stop, and may still carry a marker."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff\x00 square = r * r")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\xff\x00 BEGIN SOLUTION")
    assert leaks(tmp_path, notebook(("code", SOLUTION, True))) == [
        "b.png contains 'BEGIN SOLUTION'"
    ]


def test_private_imports_are_found(tmp_path: Path) -> None:
    """A released file that imports the instructor's packages would not run for students."""
    (tmp_path / "a.py").write_text("def f():\n    import nbgrader.api\n", encoding="utf-8")
    cells = {"cells": [{"source": ["import os\n", "from testcases import secret\n"]}]}
    (tmp_path / "b.ipynb").write_text(json.dumps(cells), encoding="utf-8")
    assert leaks(tmp_path, notebook()) == [
        "a.py imports nbgrader, which students have not got",
        "b.ipynb imports testcases, which students have not got",
    ]
