"""The items of the assignment: points, parts, and how returned values are named. Public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core.compare import as_array
from ..core.observe import STREAM_BEFORE_CALL
from ..core.protocol import Driver, Item, Part, Plain
from .network import descend, forward
from .taking import cost_of, fitting, needed, number, pair

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

#: What is trained.
PARAMETERS = ("W1", "b1", "W2", "b2", "W3", "b3")
#: What the driver of a training keeps of the student's caches.
NOTED = ("D1", "A1", "D2", "A2", "A3")
#: Under this name a round trip hands out the cache between its two passes.
OWN_CACHE = "the cache between"
#: Under this one, whether the second pass drew random numbers.
DREW = "whether numbers were drawn"

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


def _stream() -> tuple[Any, ...]:
    """Where the global random stream is."""
    state = np.random.get_state(legacy=False)
    return state["state"]["key"].tobytes(), state["state"]["pos"], state["has_gauss"]


def round_trip(namespace: Mapping[str, Any], *arguments: Any) -> dict[str, Plain]:
    """The student's two passes with dropout, one behind the other.

    Args:
        namespace: holds the student's functions.
        arguments: X, Y, parameters, keep_prob.

    Returns:
        The gradients, the cache that was between the passes, and whether the backward pass has drawn
        random numbers.
    """
    X, Y, parameters, keep_prob = arguments
    _, cache = needed(namespace, "forward_propagation_with_dropout")(X, parameters, keep_prob)
    # Elsewhere than the forward pass left it, which is where drawing the masks once more ends as well.
    np.random.seed(STREAM_BEFORE_CALL)
    before = _stream()
    gradients = needed(namespace, "backward_propagation_with_dropout")(X, Y, cache, keep_prob)
    return {**gradients, OWN_CACHE: cache, DREW: _stream() != before}


def train(namespace: Mapping[str, Any], *arguments: Any) -> dict[str, Plain]:
    """A short training with the student's own functions, as the notebook's `model` does it.

    Args:
        namespace: holds the student's functions.
        arguments: X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob.

    Returns:
        The cost before each step, as "costs"; each parameter before each step and after the last,
        (num_iterations + 1, *shape); with dropout, entries of the caches, (num_iterations, *shape).
    """
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob = arguments
    costs, states, noted = [], [parameters], []
    for _ in range(num_iterations):
        parameters = states[-1]
        if keep_prob < 1:
            name = "forward_propagation_with_dropout"
            A3, cache = pair(name, needed(namespace, name)(X, parameters, keep_prob))
            cost = cost_of(name, A3, Y)
            noted.append(_noted(cache))
            name = "backward_propagation_with_dropout"
            gradients = needed(namespace, name)(X, Y, cache, keep_prob)
        else:
            A3, cache = forward(X, parameters)
            name = "compute_cost_with_regularization"
            cost = number(name, needed(namespace, name)(A3, Y, parameters, lambd))
            name = "backward_propagation_with_regularization"
            gradients = needed(namespace, name)(X, Y, cache, lambd)
        costs.append(cost)
        states.append(descend(parameters, fitting(name, gradients, parameters), learning_rate))
    return {
        "costs": np.array(costs),
        **_stacked(PARAMETERS, states),
        **_stacked(NOTED, noted),
    }


def _noted(cache: Any) -> Mapping[str, Any]:
    """What is kept of a cache, by name, as it was before the next step."""
    if not isinstance(cache, (tuple, list)) or len(cache) != len(DROPOUT_CACHE):
        return {}
    return {
        name: np.array(value)
        for name, value in zip(DROPOUT_CACHE, cache, strict=True)
        if name in NOTED
    }


def _stacked(
    names: tuple[str, ...], steps: Sequence[Mapping[str, Any]]
) -> Mapping[str, np.ndarray]:
    """By name, what all steps have in one array; left out where their shapes differ."""
    stacks = {}
    for name in names:
        arrays = [step.get(name) for step in steps]
        shapes = {array.shape if isinstance(array, np.ndarray) else None for array in arrays}
        if len(shapes) == 1 and None not in shapes:
            stacks[name] = np.array(arrays)
    return stacks


DRIVERS: Mapping[str, Driver] = {"train": train, "round_trip": round_trip}

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
        given_names=("m", "cross_entropy_cost", "L2_regularization_cost"),
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
        given_names=("m", *PLAIN_CACHE),
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
                ("Z2", "D2", "A2", "Z3", "A3", "A3 in the cache", *PARAMETERS),
                after="layer 1",
            ),
        ),
        families=FAMILIES,
        unpack=_forward_result,
        returns=f"It should return A3 and the cache of {len(DROPOUT_CACHE)} entries.",
        may_draw=("forward_propagation_with_dropout",),
        given_names=DROPOUT_CACHE,
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
        given_names=("m", *DROPOUT_CACHE),
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
            Part("L2 costs", "the costs of a short training with the L2 penalty", 0.25, ("costs",)),
            Part("L2 steps", "its steps", 0.25, PARAMETERS, counts_steps=True),
            Part("dropout costs", "the costs of a short training with dropout", 0.25, ("costs",)),
            Part("dropout steps", "its steps", 0.25, PARAMETERS, counts_steps=True),
        ),
        families=FAMILIES,
        unpack=_gradients,
        returns="",
        may_draw=("train",),
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
