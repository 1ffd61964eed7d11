"""The short training, step by step. Private.

A training calls functions that have been judged by themselves already. So that an error is charged
once, each step is judged from where the student's own training stood before it: the cost from their
own parameters, the next parameters from their own parameters and, with dropout, from the cache which
their own forward pass made. Whoever has only the cost wrong loses the costs of a training and keeps
its steps; whoever left out the scale in the forward pass keeps the steps back through it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..core.compare import as_array, difference
from ..core.diagnosis import numbers_of
from ..core.protocol import Case, Plain
from .items import NOTED, PARAMETERS, PLAIN_CACHE
from .network import Parameters, cross_entropy, descend, forward
from .reference import Arrays, backward, dropout_forward


def _costs(A3: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The cross entropy of each output, (steps,)."""
    return np.array([cross_entropy(output, Y) for output in A3.reshape(-1, *Y.shape)])


def _steps(
    X: np.ndarray, Y: np.ndarray, states: Parameters, lambd: float, keep_prob: float
) -> tuple[np.ndarray, Arrays]:
    """Costs (steps,) and gradients before each of several steps at once.

    Args:
        states: the parameters before the steps; the first axis counts the steps, or is left out.
    """
    if keep_prob < 1:  # with the masks of the seeded protocol
        cache = dropout_forward(X, states, keep_prob)
        return _costs(cache["A3"], Y), backward(X, Y, cache, keep_prob=keep_prob)
    A3, values = forward(X, states)
    penalties = sum((states[name] ** 2).sum(axis=(-2, -1)) for name in ("W1", "W2", "W3"))
    costs = _costs(A3, Y) + lambd / (2 * Y.shape[1]) * penalties
    return costs, backward(X, Y, dict(zip(PLAIN_CACHE, values, strict=True)), lambd)


def trained(
    X: np.ndarray,
    Y: np.ndarray,
    parameters: Parameters,
    learning_rate: float,
    num_iterations: int,
    lambd: float,
    keep_prob: float,
) -> Arrays:
    """Cost before each step, (num_iterations,), and the parameters before each and after the last.

    Returns:
        "costs", and each parameter of shape s as an array (num_iterations + 1, *s).
    """
    costs, states = [], [dict(parameters)]
    for _ in range(num_iterations):
        cost, gradients = _steps(X, Y, states[-1], lambd, keep_prob)
        costs.append(cost)
        states.append(descend(states[-1], gradients, learning_rate))
    stacked = {name: np.array([state[name] for state in states]) for name in PARAMETERS}
    return {"costs": np.concatenate(costs), **stacked}


def _own_states(case: Case, entries: Mapping[str, Plain]) -> Arrays | None:
    """The parameters that the student's training went through, if all can be computed with."""
    _, _, parameters, _, num_iterations, _, _ = case.arguments
    stacks = {}
    for name in PARAMETERS:
        stack = numbers_of(entries.get(name), (num_iterations + 1, *parameters[name].shape))
        if stack is None or not np.array_equal(stack[0], parameters[name]):
            return None
        stacks[name] = stack
    return stacks


def _own_cache(case: Case, entries: Mapping[str, Plain]) -> Arrays | None:
    """What the student's own forward passes cached, every entry (num_iterations, units, m).

    A mask of one number a unit, an example or a layer is spread over the layer, as NumPy has done it: the
    same mistake has been charged to the forward pass, in whatever shape it was made.

    Returns:
        None if it is not what a cache of the right order could hold, or is zero throughout: from zeros,
        zeros would follow.
    """
    X, _, parameters, _, num_iterations, _, _ = case.arguments
    units = {"1": parameters["W1"].shape[0], "2": parameters["W2"].shape[0], "3": 1}
    cache = {}
    for name in NOTED:
        shape = (num_iterations, units[name[-1]], X.shape[1])
        value = entries.get(name)
        array = numbers_of(_spread(value, shape) if name[0] == "D" else value, shape)
        if array is None or not array.any():
            return None
        cache[name] = array
    return cache


def _spread(value: Plain, shape: tuple[int, int, int]) -> Plain:
    """Masks of several steps in this shape, if each can be spread over its layer; else as they are."""
    array = as_array(value)
    if array is None or array.ndim not in (1, 3) or len(array) != shape[0]:
        return value
    try:
        return np.broadcast_to(array.reshape(shape[0], 1, 1) if array.ndim == 1 else array, shape)
    except ValueError:
        return value


def expected_training(case: Case, entries: Mapping[str, Plain]) -> Arrays:
    """What is expected of a training, each step from the student's own state before it.

    Args:
        case: its arguments are those of `trained`.
        entries: what the student's training gave; see `items.train`.
    """
    X, Y, _, rate, _, lambd, keep_prob = case.arguments
    states = _own_states(case, entries)
    if states is None:
        return trained(*case.arguments)
    before = {name: stack[:-1] for name, stack in states.items()}
    costs, gradients = _steps(X, Y, before, lambd, keep_prob)
    expected = {"costs": costs, **_follow(states, gradients, rate)}
    cache = _own_cache(case, entries) if keep_prob < 1 else None
    if cache is None or _agree(expected, entries, ("costs", *PARAMETERS)):
        return expected
    if not _agree(expected, entries, ("costs",)):
        own_costs = _by_own_masks(X, Y, before, keep_prob, cache)
        expected = expected if own_costs is None else {**expected, "costs": own_costs}
    if not _agree(expected, entries, PARAMETERS):
        through = backward(X, Y, {**before, **cache}, keep_prob=keep_prob)
        expected = {**expected, **_follow(states, through, rate)}
    return expected


def _follow(states: Arrays, gradients: Arrays, rate: float) -> Arrays:
    """The parameters that each step leads to, behind those that the training began with."""
    return {
        name: np.concatenate([stack[:1], stack[:-1] - rate * gradients[f"d{name}"]])
        for name, stack in states.items()
    }


def _agree(expected: Arrays, entries: Mapping[str, Plain], names: tuple[str, ...]) -> bool:
    return all(difference(expected[name], entries.get(name)) is None for name in names)


def _by_own_masks(
    X: np.ndarray, Y: np.ndarray, before: Arrays, keep_prob: float, own: Arrays
) -> np.ndarray | None:
    """The costs with the student's masks; None if these are no masks, or none of them ever drops or keeps.

    Whether the masks are the right ones has been charged to the forward pass. Their rate is not asked for:
    a few units say nothing about it, and it would hang on the secret who is paid. But dropout that is left
    out, or drops all there is, is no training with dropout.
    """
    masks = {name: own[name] for name in ("D1", "D2")}
    together = np.concatenate([D.ravel() for D in masks.values()])
    if not np.isin(together, (0.0, 1.0)).all() or len(np.unique(together)) < 2:
        return None
    return _costs(dropout_forward(X, before, keep_prob, masks)["A3"], Y)
