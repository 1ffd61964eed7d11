"""What a driver takes from a student's functions; where it cannot go on with that, it says whose it is. Public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.observe import unreadable_cell
from ..core.protocol import MissingFunctionError, UnfitResultError
from .network import cross_entropy


def needed(namespace: Mapping[str, Any], name: str) -> Any:
    """The student's function of that name."""
    if callable(namespace.get(name)):
        return namespace[name]
    broken = unreadable_cell(name, namespace.get("In"))
    if broken is None:
        raise MissingFunctionError(f"`{name}` is not defined yet; run its cell first")
    raise MissingFunctionError(
        f"`{name}` is not defined, because its cell is no Python (line {broken.line}); its own check "
        "says more"
    )


def pair(function: str, value: Any) -> tuple[Any, Any]:
    """A3 and the cache that a forward pass returned."""
    try:
        A3, cache = value
    except (TypeError, ValueError) as error:
        raise UnfitResultError(
            f"`{function}` did not return A3 and the cache, two things"
        ) from error
    return A3, cache


def cost_of(function: str, A3: Any, Y: np.ndarray) -> float:
    """The cross entropy of what a forward pass returned."""
    try:
        return cross_entropy(np.asarray(A3), Y)
    except (TypeError, ValueError) as error:
        raise UnfitResultError(
            f"`{function}` returned {_what(A3)} as A3, and Y has shape {Y.shape}"
        ) from error


def number(function: str, cost: Any) -> float:
    """A cost as the judge takes it: a number, or an array of any shape that holds one."""
    array = np.asarray(cost)
    try:
        return float(array.ravel()[0] if array.size == 1 and array.dtype.kind in "biuf" else cost)
    except (TypeError, ValueError) as error:
        raise UnfitResultError(
            f"`{function}` returned {_what(cost)}, and not one number"
        ) from error


def fitting(
    function: str, gradients: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The gradients as plain arrays of floats, whatever the student keeps them in.

    A step with a gradient of another shape would change the network without a word.
    """
    fitting = {}
    for name, value in parameters.items():
        try:
            found = gradients[f"d{name}"]
        except (TypeError, IndexError, KeyError) as error:
            raise UnfitResultError(f"`{function}` returned no d{name}") from error
        try:
            gradient = np.array(found, dtype=float)
        except (TypeError, ValueError):
            gradient = None
        if gradient is None or gradient.shape != value.shape:
            raise UnfitResultError(
                f"`{function}` returned {_what(found)} as d{name}, and {name} has shape {value.shape}"
            )
        fitting[f"d{name}"] = gradient
    return fitting


def _what(value: Any) -> str:
    """What a function returned, in a few words."""
    if value is None:
        return "None"
    if issubclass(type(value), np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    return f"something of type {type(value).__name__}"
