"""What must not be in a release: solutions, hidden tests, private modules.

Assumes an honest instructor who forgets things: a backup file beside the notebook, a solution left
in a helper module or pasted into a text cell, a marker misspelt. It reads every file of the release,
not only the notebook, and of a notebook every text in it, outputs and metadata included. A solution
in another style shares no line with ours; it is known by the functions that it defines. The search
does not look into pictures or archives, and cannot know a solution whose functions were renamed.
"""

from __future__ import annotations

import ast
import codecs
import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .nbgrader_course import Markers
from .notebooks import Notebook, nbgrader_of, outside, regions, source_of, strings

if TYPE_CHECKING:
    from testcases.core.protocol import Assignment

#: Packages that stay with the instructor; a release that imports one does not stand alone.
_PRIVATE_PACKAGES = ("testcases", "grader", "nbgrader")
_PRIVATE_IMPORT = re.compile(
    rf"^\s*(?:from|import)\s+({'|'.join(_PRIVATE_PACKAGES)})\b", re.MULTILINE
)

#: A definition at the left margin of a cell.
_DEFINITION = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)

#: A solution line at least this long (blanks removed) is also looked for inside longer lines.
_LONG_LINE = 20
#: A line of prose at least this long (blanks removed) is particular enough to be recognised.
_LONG_PROSE = 40


@dataclass(frozen=True)
class Leak:
    """Something in a release that students should not get."""

    #: The file, inside the release folder.
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path} {self.what}"


def find_leaks(
    release: Path, source: Notebook, assignment: Assignment, markers: Markers
) -> list[Leak]:
    """Everything in the release folder that students should not get.

    Args:
        release: the folder that students would get.
        source: the notebook with solutions from which it was made.
        assignment: tells which texts and which files are private.
        markers: the markers that this course's notebooks use.
    """
    forbidden = dict.fromkeys((*markers.all(), *assignment.forbidden_in_release))
    secrets = solution_lines(source, markers)
    private = _private_contents(assignment)
    functions = functions_to_write(source)
    found = []
    for file in sorted(path for path in release.rglob("*") if path.is_file()):
        path = file.relative_to(release).as_posix()
        raw = file.read_bytes()
        if raw in private:
            found.append(Leak(path, f"is the private module {private[raw]}"))
            continue
        found += [Leak(path, f"contains {text!r}") for text in forbidden if text.encode() in raw]
        content = _text_of(raw)
        if content is None:
            continue  # a picture or a data file
        texts = _texts(path, content)
        found += [
            Leak(path, f"contains the solution line `{line}`") for line in _shown(secrets, texts)
        ]
        found += [
            Leak(path, f"defines {name}, which students are to write")
            for name in _defined(path, content, functions)
        ]
        packages = {name for text in texts for name in _PRIVATE_IMPORT.findall(text)}
        found += [
            Leak(path, f"imports {name}, which students have not got") for name in sorted(packages)
        ]
    return found


def functions_to_write(source: Notebook) -> list[str]:
    """The functions and classes that the solution cells define, in the order of the source."""
    names: dict[str, None] = {}
    for cell in source["cells"]:
        if cell["cell_type"] == "code" and nbgrader_of(cell).get("solution"):
            names.update(dict.fromkeys(_DEFINITION.findall(source_of(cell))))
    return list(names)


def _defined(path: str, text: str, functions: Iterable[str]) -> list[str]:
    """Which of the functions a text defines, if it is a Python module, whatever its file is called.

    Prose may show how a function begins; and the notebook itself holds the cells to be filled in.
    """
    there = [name for name in functions if re.search(rf"\b(?:def|class)\s+{name}\b", text)]
    if not there or path.endswith(".ipynb"):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about how it is written
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return there if path.endswith(".py") else []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    return [name for name in there if name in defined]


def _text_of(raw: bytes) -> str | None:
    """The content of a text file in whatever encoding; None if it is a picture or other data."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def solution_lines(source: Notebook, markers: Markers) -> dict[str, str]:
    """The telling lines of the solutions: without blanks → as written.

    A line that the instructor also shows outside a solution is no secret, and a line such as `else:`
    tells nothing.
    """
    pairs = (markers.solution, markers.hidden_tests, markers.mark_scheme)
    shown: set[str] = set()
    hidden: dict[str, str] = {}
    for cell in source["cells"]:
        text = source_of(cell)
        in_regions = [line for region in regions(text, markers.solution) for line in region.lines]
        if nbgrader_of(cell).get("solution") and markers.solution[0] not in text:
            in_regions, rest = text.split("\n"), []  # nbgrader replaces the whole cell
        else:
            rest = outside(text, pairs)
        is_code = cell["cell_type"] == "code"
        hidden.update(
            (_squeeze(line), line.strip()) for line in in_regions if _telling(line, is_code)
        )
        shown.update(_squeeze(line) for line in rest)
    return {key: line for key, line in hidden.items() if key not in shown}


def _squeeze(line: str) -> str:
    """The line without blanks, and without the `#` that would make it a comment."""
    return re.sub(r"\s+", "", line.strip().lstrip("#>"))


def _telling(line: str, is_code: bool) -> bool:
    """Whether students would learn something from this line of a solution."""
    if not is_code:
        return len(_squeeze(line)) >= _LONG_PROSE
    try:
        tree = ast.parse(line.strip())
    except SyntaxError:  # part of a longer statement
        return len(_squeeze(line)) >= _LONG_LINE
    return any(isinstance(node, ast.BinOp | ast.Compare | ast.Call) for node in ast.walk(tree))


def _texts(path: str, text: str) -> list[str]:
    if not path.endswith(".ipynb"):
        return [text]
    try:
        return list(strings(json.loads(text)))
    except json.JSONDecodeError:
        return [text]


def _shown(secrets: dict[str, str], texts: Iterable[str]) -> list[str]:
    """The secret lines that occur in the texts, in the order of the source."""
    lines = {_squeeze(line) for text in texts for line in text.split("\n")}
    long_lines = [line for line in lines if len(line) > _LONG_LINE]
    return [
        line
        for key, line in secrets.items()
        if key in lines or (len(key) >= _LONG_LINE and any(key in other for other in long_lines))
    ]


def _private_contents(assignment: Assignment) -> dict[bytes, str]:
    """Content → name of every module beside the assignment's public ones."""
    import testcases

    public = {path.read_bytes() for path in assignment.shipped().values()}
    contents = {
        path.read_bytes(): path.relative_to(testcases.PACKAGE_DIR).as_posix()
        for path in testcases.PACKAGE_DIR.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {raw: name for raw, name in contents.items() if raw.strip() and raw not in public}
