"""Values of a replay, as data and for the eye."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import replay_look
from grader.replay_bundle import _safe, _writer
from grader.replay_data import MOST_VALUES, leaves, tree, written_out
from grader.replay_lines import array_lines, value_lines
from testcases.core.compare import same
from testcases.core.protocol import Opaque

VALUES = [
    None,
    True,
    -3,
    2**53,
    -(10**400),
    0.1,
    math.inf,
    "a text \x1b[2J \ud800",
    (),
    {},
    np.float32(2.5) * np.ones((2, 3), np.float32),
    np.array(7),
    np.zeros((3, 0)),
    np.array([True, False]),
    (1, {"W1": np.arange(3), "": (2.0, None)}),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_values_come_back_from_a_bundle(value: Any, tmp_path: Path) -> None:
    """What is written as a tree and arrays is read again to the last bit, with NumPy alone."""
    files: dict[str, bytes] = {}
    text = json.dumps(tree(value, _writer(files, "cases")), allow_nan=False)
    (tmp_path / "cases").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    again = replay_look.value(json.loads(text), tmp_path)
    assert same(value, again)
    if isinstance(value, np.ndarray):
        assert value.dtype == again.dtype


def test_what_is_not_plain_is_named() -> None:
    """An object of a student's own is told by what it was, in data and in a bundle."""
    told = tree(Opaque("an object of type X"), written_out)
    assert told == {"opaque": "an object of type X"}
    assert replay_look.value(told) == "<an object of type X>"


def test_written_out_arrays_are_plain_json_and_bounded() -> None:
    """Numbers that JSON does not know are texts; a large array is told by its first values."""
    told = written_out(np.array([[1.0, math.nan], [-math.inf, 2.0]]))["array"]
    assert told["values"] == [[1.0, "nan"], ["-inf", 2.0]]
    json.dumps(told, allow_nan=False)
    large = written_out(np.arange(MOST_VALUES + 1))["array"]
    assert large["shape"] == [MOST_VALUES + 1]
    assert large["first_values"][:3] == [0, 1, 2]
    assert "values" not in large


def test_leaves_say_where_they_are() -> None:
    """Nested values are taken apart to what can be shown, in order."""
    found = dict(leaves(({"a": 1}, (), 2), "cache"))
    assert found == {'cache[0]["a"]': 1, "cache[1]": (), "cache[2]": 2}


@pytest.mark.parametrize("values", [[1e-9, 1.0], [1e-300], [5e-6, 3.0], [1e12, 1.0]])
def test_no_number_is_shown_as_zero_that_is_not(values: list[float]) -> None:
    """A tiny returned value is not made to look like the right one."""
    shown = " ".join(array_lines(np.array(values), 80)).strip("[] ").split()
    assert all(float(number) != 0 for number in shown)


def test_an_endless_value_is_cut() -> None:
    """Thousands of entries, or a very long text or integer, take some lines and no more."""
    many = list(value_lines(tuple(range(20_000)), "value", ""))
    assert len(many) < 60
    for value in ("x" * 100_000, 10**100_000, {"\n" + " " * 10_000: 1}, Opaque("y" * 100_000)):
        assert len("".join(value_lines(value, "value", ""))) < 1000


@pytest.mark.parametrize(
    "name", ["a\\..\\b", "line\nbreak", "é.txt", "caf\udce9", "c:d", "100%", "\x1b[2J"]
)
def test_names_in_a_bundle_can_be_unpacked_anywhere(name: str) -> None:
    """Submitted files keep plain names, and odd ones are escaped."""
    assert _safe("my work (2).ipynb") == "my work (2).ipynb"
    safe = _safe(name)
    assert safe.isascii()
    assert safe.isprintable()
    assert not set(safe) & set('\\:*?"<>|')
