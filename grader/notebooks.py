"""Reading notebooks, and finding the marked regions in their cells. Knows nothing of nbgrader itself."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from .errors import GraderError, stopped

#: nbformat calls these nodes; here it is enough that they read like dictionaries.
Notebook = dict[str, Any]
Cell = dict[str, Any]

#: First line of what git leaves where a large file was not fetched.
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


class NotebookError(GraderError):
    """A notebook file is missing, or what is in it is no notebook."""


@dataclass(frozen=True)
class Region:
    """The lines between two markers in a cell."""

    #: Line number of the opening marker, from 1.
    line: int
    lines: tuple[str, ...]


class UnbalancedMarkersError(ValueError):
    """An opening marker without its closing one, or the other way round."""


def how_to_restore(assignment: str) -> str:
    """What to do about a source notebook that cannot be read, as a sentence."""
    return f"Restore it, for example with: git checkout -- source/{assignment}"


def read_notebook(path: Path, remedy: str) -> Notebook:
    """The notebook in `path`, as plain dictionaries, checked against the notebook format.

    Args:
        path: the file.
        remedy: what to do if it cannot be read, as a sentence.

    Raises:
        NotebookError: there is no such file, or it holds no notebook.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NotebookError(f"Cannot find notebook {path}. {remedy}") from None
    except OSError as error:
        raise NotebookError(f"Cannot read notebook {path}: {error.strerror}. {remedy}") from error
    return parse_notebook(raw, path, remedy)


def parse_notebook(raw: bytes, path: Path, remedy: str) -> Notebook:
    """The notebook that was read from `path`; see `read_notebook`."""
    if raw.startswith(_LFS_POINTER):
        raise NotebookError(
            f"Cannot read notebook {path}: git has not fetched it yet. Run: git lfs pull"
        )
    try:
        notebook = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotebookError(
            f"Cannot read notebook {path}: byte {error.start} is not UTF-8 text. {remedy}"
        ) from error
    except json.JSONDecodeError as error:
        what = "it is empty" if not raw.strip() else f"line {error.lineno}: {error.msg}"
        raise NotebookError(
            f"Cannot read notebook {path}: {what}; the file is cut off or damaged. {remedy}"
        ) from error
    _validate(notebook, path, remedy)
    checked: Notebook = notebook
    return checked


def _validate(notebook: Any, path: Path, remedy: str) -> None:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"Cannot read notebook {path}: it has no list of cells. {remedy}")
    if notebook.get("nbformat") != 4:
        raise NotebookError(
            f"Cannot read notebook {path}: its format is {notebook.get('nbformat')!r}, not 4. "
            f"Run: jupyter nbconvert --to notebook --inplace {quote(str(path))}"
        )
    import nbformat

    try:
        with warnings.catch_warnings():
            # It gives cells without an id, or with one that another has, a random id, and warns. Such
            # cells are for others to judge; so it works on a copy, and silently.
            warnings.simplefilter("ignore")
            nbformat.validate(copy.deepcopy(notebook))
    except nbformat.ValidationError as error:
        reason = str(error).strip().splitlines()[0]
        raise NotebookError(f"Cannot read notebook {path}: {stopped(reason)} {remedy}") from error


def dump(notebook: Notebook) -> str:
    """The text of a notebook's file, a line for each cell. (With `indent`, `json` is five times slower.)"""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    rest = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in notebook.items()
        if name != "cells"
    )
    return f'{{"cells": [\n{cells}\n]{"," if rest else ""}\n{rest}\n}}\n'


def source_of(cell: Cell) -> str:
    """The text of a cell, which the file may hold as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def nbgrader_of(cell: Cell) -> dict[str, Any]:
    """nbgrader's own notes on a cell; empty if there are none."""
    notes: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return notes


def label_of(cell: Cell, index: int) -> str:
    """How a message names a cell: by its grade_id or its id, or by its place."""
    name = nbgrader_of(cell).get("grade_id") or cell.get("id")
    return f"cell {name!r}" if name else f"cell number {index + 1}"


def cells_by_grade_id(notebook: Notebook) -> dict[str, Cell]:
    """The cells that nbgrader knows by name; of several with one name, the first."""
    found: dict[str, Cell] = {}
    for cell in notebook["cells"]:
        name = nbgrader_of(cell).get("grade_id")
        if name:
            found.setdefault(name, cell)
    return found


def regions(text: str, markers: tuple[str, str]) -> list[Region]:
    """The regions between `markers` in a cell's text.

    Raises:
        UnbalancedMarkersError: a marker stands without its partner.
    """
    begin, end = markers
    found: list[Region] = []
    start = 0
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if begin in line:
            if start:
                raise UnbalancedMarkersError(f"line {number} has {begin!r} inside a region")
            start, lines = number, []
        elif end in line:
            if not start:
                raise UnbalancedMarkersError(f"line {number} has {end!r} without {begin!r}")
            found.append(Region(start, tuple(lines)))
            start = 0
        elif start:
            lines.append(line)
    if start:
        raise UnbalancedMarkersError(f"line {start} has {begin!r}, and no {end!r} follows")
    return found


def outside(text: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The lines of a cell that are in none of the regions, markers left out."""
    kept: list[str] = []
    closing = ""
    for line in text.split("\n"):
        if closing:
            closing = "" if closing in line else closing
            continue
        closing = next((end for begin, end in pairs if begin in line), "")
        if not closing:
            kept.append(line)
    return kept


def strings(value: Any) -> Iterator[str]:
    """Every text in a notebook, wherever it hides: sources, outputs, metadata, attachments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, element in value.items():
            yield str(key)
            yield from strings(element)
    elif isinstance(value, list):
        for element in value:
            yield from strings(element)
