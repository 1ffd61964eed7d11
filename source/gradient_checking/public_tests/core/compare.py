"""Comparing what was returned with what is expected: strictly in form, tolerantly in value.

Tolerance. A right answer may sum in another order, use float32 masks, or divide before it
multiplies; such answers differ from the reference by less than 1e-6 of a value. The wrong answers
that students give differ by more than 1e-3 on our cases (they are drawn so). `RTOL` and `ATOL` lie
between the two, with room on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .protocol import Plain

#: `|returned − expected| ≤ ATOL + RTOL·|expected|`, for every element.
RTOL = 1e-5
ATOL = 1e-7


@dataclass(frozen=True)
class Difference:
    """How an entry differs from what was expected of it."""

    kind: Literal["missing", "none", "type", "shape", "nonfinite", "values"]
    #: For "shape": the returned shape, and the expected one.
    found: tuple[int, ...] = ()
    wanted: tuple[int, ...] = ()
    #: For "values": where the largest difference is, and the two numbers there.
    index: tuple[int, ...] = ()
    returned: float = 0.0
    expected: float = 0.0
    #: For "values": how many elements differ, of how many.
    wrong: int = 0
    size: int = 0


def as_array(value: Plain) -> np.ndarray | None:
    """`value` as a numeric array, or None if it is not one. Lists of numbers count as arrays.

    >>> as_array(((1, 2), (3, 4)))  # a list comes out of the jail as a tuple
    array([[1., 2.],
           [3., 4.]])
    >>> as_array("1") is None
    True
    """
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "biuf" else None
    if isinstance(value, (bool, int, float)):
        try:
            return np.asarray(float(value))
        except OverflowError:  # an integer beyond every float
            return np.asarray(np.inf)
    if isinstance(value, tuple):
        rows = [as_array(element) for element in value]
        if not rows or any(row is None for row in rows):
            return None
        if len({row.shape for row in rows if row is not None}) != 1:
            return None
        return np.array(rows)
    return None


def _surely_equal(expected: np.ndarray, returned: Plain) -> bool:
    """Whether `returned` is the usual right answer: same kind of number, same shape, close enough.

    A short way to "no difference" and to nothing else: whoever is turned away here is looked at
    properly. Strictly smaller, because next to an infinite expected value every gap would do.
    """
    if (
        not isinstance(returned, np.ndarray)
        or returned.shape != expected.shape
        or returned.dtype != expected.dtype
    ):
        return False
    if expected.dtype != np.float64:
        return expected.dtype.kind in "biu" and bool((returned == expected).all())
    gap = np.abs(returned - expected)
    return bool((gap < ATOL + RTOL * np.abs(expected)).all())


def difference(expected: np.ndarray, returned: Plain) -> Difference | None:
    """The first way in which `returned` differs from `expected`, or None.

    A single number may come as a Python number, a 0-d array or an array of any shape with one
    element; otherwise shapes must be equal.

    >>> difference(np.array(1.5), np.array([[1.5]])) is None
    True
    >>> found = difference(np.array([1.0, 2.0]), np.array([1.0, 2.1]))
    >>> found.kind, found.index, found.returned, found.wrong, found.size
    ('values', (1,), 2.1, 1, 2)
    >>> difference(np.zeros((2, 1)), np.zeros(2)).kind
    'shape'
    """
    if _surely_equal(expected, returned):
        return None
    if returned is None:
        return Difference("none")
    array = as_array(returned)
    if array is None:
        return Difference("type")
    if array.shape != expected.shape and not (
        expected.size == array.size == 1 and expected.ndim == 0
    ):
        return Difference("shape", found=array.shape, wanted=expected.shape)
    got = np.asarray(array, dtype=float).reshape(expected.shape)
    want = np.asarray(expected, dtype=float)
    if not np.isfinite(got).all():
        return Difference("nonfinite")
    gap = np.abs(got - want)
    # Next to what is not finite, every number would do.
    wrong = (gap > ATOL + RTOL * np.abs(want)) | ~np.isfinite(want)
    if not wrong.any():
        return None
    largest = int(np.argmax(np.where(np.isfinite(gap), gap, np.inf)))
    index = tuple(int(i) for i in np.unravel_index(largest, gap.shape))
    return Difference(
        "values",
        index=index,
        returned=float(got[index]),
        expected=float(want[index]),
        wrong=int(wrong.sum()),
        size=int(wrong.size),
    )


def same(before: Plain, after: Plain) -> bool:
    """Whether two pieces of plain data are equal; two arrays are if their numbers are, nan to nan.

    >>> same((np.array([1.0, np.nan]), "a"), (np.array([1.0, np.nan]), "a"))
    True
    >>> same(1, 1.0)  # another kind
    False
    """
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.shape != after.shape:
            return False
        if before.dtype == after.dtype and before.tobytes() == after.tobytes():
            return True
        return np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
    if isinstance(before, tuple):
        return (
            isinstance(after, tuple)
            and len(before) == len(after)
            and all(same(x, y) for x, y in zip(before, after, strict=True))
        )
    if isinstance(before, dict):
        return (
            isinstance(after, dict)
            and before.keys() == after.keys()
            and all(same(before[key], after[key]) for key in before)
        )
    if isinstance(before, float) and before != before:  # nan
        return isinstance(after, float) and after != after
    return type(before) is type(after) and bool(before == after)
