"""Property: whatever is done to a notebook, the graft is whole, or the notebook is refused."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.graft import UnreadableError, graft
from tests.graft_support import FUNCTIONS, Notebook, check, solution_lines, solved, source

#: Things that stand where something else is expected.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 4, 10**30, 1.5, float("nan"), "", "x", "\ud83d", "\0", "def f(", "title",
    FUNCTIONS[0], [], {}, [[]], ["a", 1, None], {"a": {"b": []}}, {"grade_id": FUNCTIONS[1]},
)  # fmt: skip
MOST_CHANGES = 12


def _delete(rng: random.Random, notebook: Notebook) -> None:
    cells = notebook["cells"]
    if cells:
        del cells[rng.randrange(len(cells))]


def _duplicate(rng: random.Random, notebook: Notebook) -> None:
    cells = notebook["cells"]
    if cells:
        cells.insert(rng.randrange(len(cells) + 1), copy.deepcopy(rng.choice(cells)))


def _shuffle(rng: random.Random, notebook: Notebook) -> None:
    rng.shuffle(notebook["cells"])


def _retype(rng: random.Random, notebook: Notebook) -> None:
    cell = rng.choice(notebook["cells"] or [{}])
    if isinstance(cell, dict):
        cell["cell_type"] = rng.choice(["code", "markdown", "raw", "heading", "html", "odd", None])


def _swap(rng: random.Random, notebook: Notebook) -> None:
    """Give one cell a field of another."""
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    if cells:
        one, other = rng.choice(cells), rng.choice(cells)
        key = rng.choice(["id", "metadata", "source", "cell_type"])
        if key in other:
            one[key] = copy.deepcopy(other[key])


def _rewrite(rng: random.Random, notebook: Notebook) -> None:
    cell = rng.choice(notebook["cells"] or [{}])
    if isinstance(cell, dict):
        name = rng.choice(FUNCTIONS)
        cell["source"] = rng.choice([f"def {name}(", f"def {name}():\n  pass\n", "", "x" * 99])


def _break(rng: random.Random, notebook: Notebook) -> None:
    """Somewhere in the whole file, drop a key or put something odd in its place."""
    node: Any = notebook
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        child = node[key]
        if isinstance(child, dict | list) and child and rng.random() < 0.85:
            node = child
            continue
        if rng.random() < 0.3:
            del node[key]
        else:
            node[key] = copy.deepcopy(rng.choice(ODD))
        return


CHANGES: tuple[Callable[[random.Random, Notebook], None], ...] = (
    _delete, _duplicate, _shuffle, _retype, _swap, _rewrite, _break, _break, _break,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(rng=st.randoms(use_true_random=False), changes=st.integers(1, MOST_CHANGES))
def test_damaged_notebooks(rng: random.Random, changes: int) -> None:
    """Random damage anywhere leaves a sound graft, without a line of the solution, or is refused."""
    notebook = solved()
    for _ in range(changes):
        if not isinstance(notebook.get("cells"), list):
            break
        rng.choice(CHANGES)(rng, notebook)
    handed_in = json.dumps(notebook)
    try:
        done = graft(source(), handed_in.encode())
    except UnreadableError as refusal:
        assert str(refusal).startswith("Cannot read regularization.ipynb: ")  # noqa: PT017
        return
    check(done)
    whole = json.dumps(done.notebook)
    leaked = [line for line in solution_lines() if (quoted := json.dumps(line)[1:-1]) in whole
              and quoted not in handed_in]  # fmt: skip
    assert leaked == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["cells", "metadata", "nbgrader", "grade_id", "source", "tags", "id",
                         "worksheets", "nbformat", "cell_type", "attachments", "kernelspec", "input"]),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(cells=st.lists(_JSON, max_size=5), rest=_JSON)
def test_any_json(cells: list[Any], rest: Any) -> None:
    """Any JSON at all gives a sound graft or is refused."""
    other = rest if isinstance(rest, dict) else {"metadata": rest}
    for notebook in (rest, {**other, "cells": cells, "nbformat": 4}):
        try:
            done = graft(source(), json.dumps(notebook).encode())
        except UnreadableError as refusal:
            assert str(refusal).startswith("Cannot read regularization.ipynb: ")  # noqa: PT017
        else:
            check(done)


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, 200_000), flips=st.dictionaries(st.integers(0, 200_000), st.integers(0, 255), max_size=8))  # fmt: skip
def test_damaged_bytes(cut: int, flips: dict[int, int]) -> None:
    """A file that was cut off, or has wrong bytes, gives a sound graft or is refused."""
    content = bytearray(json.dumps(solved()).encode())
    for where, byte in flips.items():
        content[where % len(content)] = byte
    try:
        done = graft(source(), bytes(content[:cut] if cut % 2 else content))
    except UnreadableError as refusal:
        assert str(refusal).startswith("Cannot read regularization.ipynb: ")  # noqa: PT017
    else:
        check(done)
