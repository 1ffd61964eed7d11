"""The items of the assignment: points, parts, and how returned values are named. Public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.compare import as_array
from ..core.protocol import Driver, Item, MissingFunctionError, Part, Plain
from .network import cross_entropy, descend, forward

#: Order of the cache that forward_propagation_with_dropout returns.
# fmt: off
DROPOUT_CACHE = (
    "Z1", "D1", "A1", "W1", "b1",
    "Z2", "D2", "A2", "W2", "b2",
    "Z3", "A3", "W3", "b3",
)
# fmt: on
#: Order of the cache that forward_propagation returns.
PLAIN_CACHE = tuple(name for name in DROPOUT_CACHE if name not in ("D1", "D2"))

#: Share of the points per family of cases. The example alone earns little: it is public, and a
#: function that has the example's numbers built in gets it right.
FAMILIES = {"fixture": 0.2, "general": 0.6, "edge": 0.2}


def _cost(value: Plain) -> Mapping[str, Plain] | None:
    array = None if isinstance(value, tuple) else as_array(value)
    return {"cost": value} if array is not None and array.size == 1 else None


def _gradients(value: Plain) -> Mapping[str, Plain] | None:
    return value if isinstance(value, dict) else None


def _forward_result(value: Plain) -> Mapping[str, Plain] | None:
    if not isinstance(value, tuple) or len(value) != 2 or not isinstance(value[1], tuple):
        return None
    A3, cache = value
    if len(cache) != len(DROPOUT_CACHE):
        return None
    entries = dict(zip(DROPOUT_CACHE, cache, strict=True))
    return {**entries, "A3 in the cache": entries["A3"], "A3": A3}


def _layer(number: int) -> tuple[str, ...]:
    return tuple(f"{kind}{number}" for kind in ("dZ", "dW", "db"))


def _needed(namespace: Mapping[str, Any], name: str) -> Any:
    """The student's function of that name."""
    if not callable(namespace.get(name)):
        raise MissingFunctionError(f"{name} is not defined yet; run its cell first")
    return namespace[name]


def train(namespace: Mapping[str, Any], *arguments: Any) -> dict[str, Plain]:
    """A short training with the student's own functions, as the notebook's `model` does it.

    Args:
        namespace: holds the student's functions.
        arguments: X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob.

    Returns:
        The cost before each step, as "costs", and the final parameters.
    """
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob = arguments
    costs = []
    for _ in range(num_iterations):
        if keep_prob < 1:
            A3, cache = _needed(namespace, "forward_propagation_with_dropout")(
                X, parameters, keep_prob
            )
            cost = cross_entropy(np.asarray(A3), Y)
            gradients = _needed(namespace, "backward_propagation_with_dropout")(
                X, Y, cache, keep_prob
            )
        else:
            A3, cache = forward(X, parameters)
            cost = _needed(namespace, "compute_cost_with_regularization")(A3, Y, parameters, lambd)
            gradients = _needed(namespace, "backward_propagation_with_regularization")(
                X, Y, cache, lambd
            )
        costs.append(float(cost))
        parameters = descend(parameters, gradients, learning_rate)
    return {"costs": np.array(costs), **parameters}


DRIVERS: Mapping[str, Driver] = {"train": train}

_PARAMETERS = ("W1", "b1", "W2", "b2", "W3", "b3")
_TRAINED = ("costs", *_PARAMETERS)

ITEMS = (
    Item(
        grade_id="test_compute_cost_with_regularization",
        name="compute_cost_with_regularization",
        points=15,
        functions=("compute_cost_with_regularization",),
        parts=(Part("cost", "the regularized cost", 1.0, ("cost",)),),
        families=FAMILIES,
        unpack=_cost,
        returns="It should return the cost, one number.",
    ),
    Item(
        grade_id="test_backward_propagation_with_regularization",
        name="backward_propagation_with_regularization",
        points=20,
        functions=("backward_propagation_with_regularization",),
        parts=(
            Part("dW3", "layer 3: dW3", 0.4, _layer(3)),
            Part("dW2", "layer 2: dW2", 0.3, ("dA2", *_layer(2)), after="dW3"),
            Part("dW1", "layer 1: dW1", 0.3, ("dA1", *_layer(1)), after="dW2"),
        ),
        families=FAMILIES,
        unpack=_gradients,
        returns="It should return the dictionary of gradients.",
    ),
    Item(
        grade_id="test_forward_propagation_with_dropout",
        name="forward_propagation_with_dropout",
        points=25,
        functions=("forward_propagation_with_dropout",),
        parts=(
            Part("layer 1", "dropout in layer 1", 0.5, ("Z1", "D1", "A1")),
            Part(
                "layer 2",
                "dropout in layer 2, and the output",
                0.5,
                ("Z2", "D2", "A2", "Z3", "A3", "A3 in the cache", *_PARAMETERS),
                after="layer 1",
            ),
        ),
        families=FAMILIES,
        unpack=_forward_result,
        returns=f"It should return A3 and the cache of {len(DROPOUT_CACHE)} entries.",
    ),
    Item(
        grade_id="test_backward_propagation_with_dropout",
        name="backward_propagation_with_dropout",
        points=20,
        functions=("backward_propagation_with_dropout",),
        parts=(
            Part(
                "layer 2", "back through the mask of layer 2", 0.5, (*_layer(3), "dA2", *_layer(2))
            ),
            Part(
                "layer 1",
                "back through the mask of layer 1",
                0.5,
                ("dA1", *_layer(1)),
                after="layer 2",
            ),
        ),
        families=FAMILIES,
        unpack=_gradients,
        returns="It should return the dictionary of gradients.",
    ),
    Item(
        grade_id="test_training",
        name="training",
        points=10,
        functions=(
            "compute_cost_with_regularization",
            "backward_propagation_with_regularization",
            "forward_propagation_with_dropout",
            "backward_propagation_with_dropout",
        ),
        parts=(
            Part("L2", "a short training with the L2 penalty", 0.5, _TRAINED),
            Part("dropout", "a short training with dropout", 0.5, _TRAINED),
        ),
        families=FAMILIES,
        unpack=_gradients,
        returns="",
    ),
    Item(
        grade_id="interpretation",
        name="interpretation",
        points=10,
        functions=(),
        parts=(),
        families={},
        unpack=_gradients,
        returns="",
        manual=True,
    ),
)
