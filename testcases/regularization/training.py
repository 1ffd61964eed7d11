"""The short training, step by step. Private.

A training calls functions that have been judged by themselves already. So that an error is charged
once, each step is judged from where the student's own training stood before it: the cost from their
own parameters, the next parameters from their own parameters and, with dropout, from the cache which
their own forward pass made. Whoever has only the cost wrong loses the costs of a training and keeps
its steps; whoever left out the scale in the forward pass keeps the steps back through it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..core.compare import difference
from ..core.diagnosis import numbers_of
from ..core.protocol import Case, Plain
from .items import NOTED, PARAMETERS, PLAIN_CACHE
from .network import Parameters, cross_entropy, descend, forward
from .reference import Arrays, backward, cost_with_l2, dropout_forward

#: Masks that keep so many more or fewer units than they should are none, in a training.
_FAR_FROM_THE_RATE = 0.25
#: A step: the cost before it, and the gradients.
Step = tuple[float, Mapping[str, np.ndarray]]


def _plain_step(X: np.ndarray, Y: np.ndarray, parameters: Parameters, lambd: float) -> Step:
    A3, values = forward(X, parameters)
    cache = dict(zip(PLAIN_CACHE, values, strict=True))
    return cost_with_l2(A3, Y, parameters, lambd), backward(X, Y, cache, lambd)


def _dropout_step(X: np.ndarray, Y: np.ndarray, parameters: Parameters, keep_prob: float) -> Step:
    """With the masks of the seeded protocol."""
    cache = dropout_forward(X, parameters, keep_prob)
    return cross_entropy(cache["A3"], Y), backward(X, Y, cache, keep_prob=keep_prob)


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
        if keep_prob < 1:
            cost, gradients = _dropout_step(X, Y, states[-1], keep_prob)
        else:
            cost, gradients = _plain_step(X, Y, states[-1], lambd)
        costs.append(cost)
        states.append(descend(states[-1], gradients, learning_rate))
    return {"costs": np.array(costs), **_stacked(states)}


def _stacked(states: list[dict[str, np.ndarray]]) -> Arrays:
    return {name: np.array([state[name] for state in states]) for name in PARAMETERS}


def _own_states(case: Case, entries: Mapping[str, Plain]) -> list[dict[str, np.ndarray]] | None:
    """The parameters that the student's training went through, if all can be computed with."""
    _, _, parameters, _, num_iterations, _, _ = case.arguments
    stacks = {}
    for name in PARAMETERS:
        stack = numbers_of(entries.get(name), (num_iterations + 1, *parameters[name].shape))
        if stack is None or not np.array_equal(stack[0], parameters[name]):
            return None
        stacks[name] = stack
    return [{name: stacks[name][t] for name in PARAMETERS} for t in range(num_iterations + 1)]


def _own_cache(case: Case, entries: Mapping[str, Plain]) -> Arrays | None:
    """What the student's own forward passes cached, every entry (num_iterations, units, m).

    None if it is not what a cache of the right order could hold, or is zero throughout: from zeros,
    zeros would follow.
    """
    X, _, parameters, _, num_iterations, _, _ = case.arguments
    units = {"1": parameters["W1"].shape[0], "2": parameters["W2"].shape[0], "3": 1}
    cache = {}
    for name in NOTED:
        array = numbers_of(entries.get(name), (num_iterations, units[name[-1]], X.shape[1]))
        if array is None or not array.any():
            return None
        cache[name] = array
    return cache


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
    before = states[:-1]
    if keep_prob == 1:
        steps = [_plain_step(X, Y, state, lambd) for state in before]
        return _follow(states, steps, rate)
    expected = _follow(states, [_dropout_step(X, Y, state, keep_prob) for state in before], rate)
    cache = _own_cache(case, entries)
    if cache is None or _agree(expected, entries, ("costs", *PARAMETERS)):
        return expected
    if not _agree(expected, entries, ("costs",)):
        own_costs = _by_own_masks(X, Y, before, keep_prob, cache)
        expected = expected if own_costs is None else {**expected, "costs": own_costs}
    if not _agree(expected, entries, PARAMETERS):
        expected = {**expected, **_by_own_cache(X, Y, states, keep_prob, cache, rate)}
    return expected


def _follow(states: list[dict[str, np.ndarray]], steps: Sequence[Step], rate: float) -> Arrays:
    following = [
        descend(state, gradients, rate)
        for state, (_, gradients) in zip(states[:-1], steps, strict=True)
    ]
    return {"costs": np.array([cost for cost, _ in steps]), **_stacked([states[0], *following])}


def _agree(expected: Arrays, entries: Mapping[str, Plain], names: tuple[str, ...]) -> bool:
    return all(difference(expected[name], entries.get(name)) is None for name in names)


def _by_own_masks(
    X: np.ndarray, Y: np.ndarray, states: list[dict[str, np.ndarray]], keep_prob: float, own: Arrays
) -> np.ndarray | None:
    """The costs with the student's masks; None if these are no masks, or drop far too few or too many."""
    masks = [own["D1"], own["D2"]]
    if not all(
        np.isin(D, (0.0, 1.0)).all() and abs(D.mean() - keep_prob) < _FAR_FROM_THE_RATE
        for D in masks
    ):
        return None
    return np.array(
        [
            cross_entropy(dropout_forward(X, state, keep_prob, {"D1": D1, "D2": D2})["A3"], Y)
            for state, D1, D2 in zip(states, *masks, strict=True)
        ]
    )


def _by_own_cache(
    X: np.ndarray,
    Y: np.ndarray,
    states: list[dict[str, np.ndarray]],
    keep_prob: float,
    own: Arrays,
    rate: float,
) -> Arrays:
    """The parameters after steps back through what the student's forward passes cached."""
    steps: list[Step] = []
    for t, state in enumerate(states[:-1]):
        cache = {**state, **{name: own[name][t] for name in NOTED}}
        steps.append((0.0, backward(X, Y, cache, keep_prob=keep_prob)))
    followed = _follow(states, steps, rate)
    return {name: followed[name] for name in PARAMETERS}
