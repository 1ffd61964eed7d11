"""Values of a replay as data that anybody can read: trees for JSON, and leaves for the eye.

Returned values come from a student's code: plain data, but any numbers, texts and names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from testcases.core.protocol import Opaque, Plain

#: Integers beyond these bits do not stand as numbers in JSON: other programs would round them, and
#: Python refuses to write very long ones in decimal.
_MOST_BITS = 53
#: An array of more values stands in JSON by its form and its first values only; a bundle has it whole.
MOST_VALUES = 10_000
_FIRST = 20


def tree(value: Plain, array: Callable[[np.ndarray], dict[str, Any]]) -> dict[str, Any]:
    """A value as JSON knows it; see `replay_look.value` for the way back.

    Args:
        value: plain data.
        array: what stands for an array.
    """
    if isinstance(value, np.ndarray):
        return array(value)
    if isinstance(value, tuple):
        return {"tuple": [tree(element, array) for element in value]}
    if isinstance(value, dict):
        return {"dict": {key: tree(element, array) for key, element in value.items()}}
    if isinstance(value, Opaque):
        return {"opaque": value.kind}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if type(value) is int and value.bit_length() > _MOST_BITS:
        return {"int": hex(value)}
    return {"value": value}


def written_out(array: np.ndarray) -> dict[str, Any]:
    """An array in JSON itself: dtype, shape, and the values as nested lists."""
    whole = array.size <= MOST_VALUES
    shown = array if whole else array.ravel()[:_FIRST]
    return {
        "array": {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "values" if whole else "first_values": _numbers(shown.tolist()),
        }
    }


def _numbers(values: Any) -> Any:
    """Nested lists of numbers, those that JSON does not know as text: "nan", "inf", "-inf"."""
    if isinstance(values, list):
        return [_numbers(value) for value in values]
    return repr(values) if isinstance(values, float) and not math.isfinite(values) else values


def leaves(value: Plain, name: str) -> Iterator[tuple[str, Plain]]:
    """What a value consists of, each with its place: `cache[0]`, `parameters["W1"]`."""
    if isinstance(value, tuple) and value:
        for number, element in enumerate(value):
            yield from leaves(element, f"{name}[{number}]")
    elif isinstance(value, dict) and value:
        for key, element in value.items():
            yield from leaves(element, f'{name}["{key}"]')
    else:
        yield name, value
