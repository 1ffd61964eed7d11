"""The items of the assignment: points, parts, and the drivers that call functions. Public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..core.compare import as_array
from ..core.observe import unreadable_cell
from ..core.protocol import Driver, Item, MissingFunctionError, Part, Plain
from .network import compute_cost, forward_propagation, to_parameters

#: A cost as a function of the vector of parameters.
Cost = Callable[[np.ndarray], float]

#: Share of the points per family of cases. The example is public, so it alone earns little.
FAMILIES = {"fixture": 0.2, "general": 0.6, "edge": 0.2}


def make_cost(kind: str, data: tuple[np.ndarray, ...]) -> Cost:
    """A cost function made of plain data, since a case can carry nothing else.

    Args:
        kind: "powers": the product of all theta[i] ** data[0][i]. "logistic": cross entropy of a
            logistic regression on data X, Y. "network": the given network's, on X, Y, with
            data[2] = [n_x, n_h].
        data: what the kind needs.
    """

    def powers(theta: np.ndarray) -> float:
        return float(np.prod(np.asarray(theta, dtype=float) ** data[0]))

    def logistic(theta: np.ndarray) -> float:
        X, Y = data
        return compute_cost(1 / (1 + np.exp(-np.reshape(theta, (1, -1)) @ X)), Y)

    def network(theta: np.ndarray) -> float:
        X, Y, (n_x, n_h) = data
        return compute_cost(forward_propagation(X, to_parameters(theta, int(n_x), int(n_h)))[0], Y)

    costs: Mapping[str, Cost] = {"powers": powers, "logistic": logistic, "network": network}
    return costs[kind]


def gradient_of(
    namespace: Mapping[str, Any],
    kind: str,
    data: tuple[np.ndarray, ...],
    theta: np.ndarray,
    epsilon: float | None,
) -> Plain:
    """What the student's numerical_gradient returns; without epsilon, with the one that is built in."""
    function = _function(namespace, "numerical_gradient")
    more = () if epsilon is None else (epsilon,)
    return function(make_cost(kind, data), theta, *more)


def magnified_difference(
    namespace: Mapping[str, Any], gradient: np.ndarray, approximation: np.ndarray, factor: float
) -> Plain:
    """What the student's relative_difference returns, times a factor; as it is, if that is no number.

    Next to the judge's tolerance, a relative difference of 1e-8 would pass for zero.
    """
    value = _function(namespace, "relative_difference")(gradient, approximation)
    known = isinstance(value, (int, float, np.number, np.ndarray))
    if known and np.asarray(value).dtype.kind in "biuf":
        return factor * value
    return value


def _function(namespace: Mapping[str, Any], name: str) -> Callable[..., Any]:
    function = namespace.get(name)
    if callable(function):
        return function
    broken = unreadable_cell(name, namespace.get("In"))
    where = f" (line {broken.line}: {broken.message})" if broken else ""
    raise MissingFunctionError(f"{name} is not defined; run its cell first{where}")


DRIVERS: Mapping[str, Driver] = {
    "gradient_of": gradient_of,
    "magnified_difference": magnified_difference,
}
#: What is called in an item's cases, where that is not the function of its name.
CALLED: Mapping[str, str] = {"numerical_gradient": "gradient_of"}


def _gradient(value: Plain) -> Mapping[str, Plain] | None:
    return {"gradient": value} if as_array(value) is not None else None


def _difference(value: Plain) -> Mapping[str, Plain] | None:
    array = None if isinstance(value, tuple) else as_array(value)
    return {"difference": value} if array is not None and array.size == 1 else None


def _gradients(value: Plain) -> Mapping[str, Plain] | None:
    return value if isinstance(value, dict) else None


ITEMS = (
    Item(
        grade_id="test_numerical_gradient",
        name="numerical_gradient",
        points=20,
        functions=("numerical_gradient",),
        parts=(Part("gradient", "the numerical gradient", 1.0, ("gradient",)),),
        families=FAMILIES,
        unpack=_gradient,
        returns="It should return the approximation, an array of the shape of theta.",
    ),
    Item(
        grade_id="test_relative_difference",
        name="relative_difference",
        points=10,
        functions=("relative_difference",),
        parts=(Part("difference", "the relative difference", 1.0, ("difference",)),),
        families=FAMILIES,
        unpack=_difference,
        returns="It should return one number.",
    ),
    Item(
        grade_id="test_backward_propagation",
        name="backward_propagation",
        points=12,
        functions=("backward_propagation",),
        parts=(
            Part("layer 2", "layer 2: dW2 and db2", 0.5, ("dW2", "db2")),
            Part("layer 1", "layer 1: dW1 and db1", 0.5, ("dW1", "db1")),
        ),
        families=FAMILIES,
        unpack=_gradients,
        returns='It should return the dictionary of "dW1", "db1", "dW2" and "db2".',
    ),
    Item(
        grade_id="explanation",
        name="explanation",
        points=8,
        functions=(),
        parts=(),
        families={},
        unpack=_gradients,
        returns="",
        manual=True,
    ),
)
