"""Dropout by law: is this dropout, although not with the numbers that the assignment fixes? Private.

The contract is a seeded stream, so that everybody gets the same masks. Who draws them otherwise
(another comparison, another generator, another seed or none) may have understood dropout all the
same. That is judged from the masks which came back, over all cases together:

- D has the shape of A, holds zeros and ones only, and is all ones where keep_prob is 1;
- A = relu(Z)·D/keep_prob and Z = W·A + b hold exactly, each from the student's own earlier entries;
- as many units are kept as keep_prob lets expect, in every case, among those that are on, among those
  that are off, and among all: exact tests, see `FALSE_ALARM`. With this, E[A] is kept. Each case is
  tested by itself, since behind a seed the masks of two cases are made of the same numbers;
- D is not one column or one row repeated, D2 is not made of D1, and chance decides how many are kept.

One rule that looks random and is wrong (the other side of the comparison, the bell curve) may come
near the right rate. A mask that the catalogue of mistakes can name is not dropout, whatever its rate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ..core.compare import as_array, difference
from ..core.diagnosis import explain, numbers_of
from ..core.protocol import Answer, Concession, Item, Part, Plain
from .mistakes.dropout_forward import ASPECTS
from .reference import dropout_forward

#: What dropout from another stream earns of its part's points.
SHARE = 0.7
#: Probability that dropout drawn rightly is not recognised, by its rate: at most this for both layers
#: together. It is spread evenly over the tests.
FALSE_ALARM = 1e-5
#: Mistakes that make another mask, and dropout all the same.
LAWFUL = frozenset(
    {
        "seed-missing",
        "other-seed",
        "other-end-of-the-interval",
        "drawn-in-other-order",
        "numbers-drawn-before",
    }
)

OTHER_STREAM = "other-random-stream"
_LAYERS = {"layer 1": 1, "layer 2": 2}


def concessions(item: Item, answers: Sequence[Answer]) -> Mapping[str, Concession]:
    """What the layers of a forward pass earn as dropout from another stream."""
    if not answers or not any(case.family == "general" for case, _ in answers):
        return {}
    parts = {part.name: part for part in item.parts}
    found = {}
    for name, layer in _LAYERS.items():
        if all(_follows(parts[name], answer) for answer in answers) and _is_lawful(layer, answers):
            found[name] = Concession(SHARE, _reason(layer), OTHER_STREAM)
    return found


def _reason(layer: int) -> str:
    return (
        f"This is dropout, with the right rate; but D{layer} is not drawn as the docstring says (the seed, the "
        "function, the order of the layers, or the comparison), so its mask is not the one that everybody "
        f"gets. That earns {SHARE:.0%} of the points of this part."
    )


def _mask(entries: Mapping[str, Plain], layer: int, shape: tuple[int, ...]) -> np.ndarray | None:
    """The student's mask, if it is one."""
    D = numbers_of(entries.get(f"D{layer}"), shape)
    return D if D is not None and np.isin(D, (0.0, 1.0)).all() else None


def _follows(part: Part, answer: Answer) -> bool:
    """Whether everything but the mask follows from the masks that came back."""
    case, entries = answer
    X, parameters, keep_prob = case.arguments
    shapes = {k: (parameters[f"W{k}"].shape[0], X.shape[1]) for k in (1, 2)}
    own = {
        f"{kind}{k}": numbers_of(entries.get(f"{kind}{k}"), shapes[k])
        for k in (1, 2)
        for kind in "DA"
    }
    usable = {name: array for name, array in own.items() if array is not None}
    expected = dropout_forward(X, parameters, keep_prob, usable)
    return all(
        name in entries and difference(expected[name], entries[name]) is None
        for name in part.entries
        if name[0] != "D"
    )


def _is_lawful(layer: int, answers: Sequence[Answer]) -> bool:
    """Whether the masks of a layer, over all cases, are those of dropout."""
    masks: list[tuple[float, np.ndarray]] = []
    patterned, dependent, exact = [], [], []
    for case, entries in answers:
        X, parameters, keep_prob = case.arguments
        D = _mask(entries, layer, (parameters[f"W{layer}"].shape[0], X.shape[1]))
        Z = numbers_of(entries.get(f"Z{layer}"), D.shape) if D is not None else None
        if D is None or Z is None or (keep_prob == 1 and not D.all()):
            return False
        if keep_prob == 1:
            continue
        masks += [(keep_prob, D), (keep_prob, D[Z > 0]), (keep_prob, D[Z <= 0])]
        patterned.append(bool((D[:, :1] == D).all() or (D[:1] == D).all()))
        dependent.append(_repeats(entries, D) if layer == 2 else False)
        exact.append(abs(D.sum() - keep_prob * D.size) < 1)
    if all(patterned) or all(dependent) or all(exact):
        return False
    each = FALSE_ALARM / (len(_LAYERS) * len(masks))
    if not all(rate_is_right(D, keep_prob, each) for keep_prob, D in masks):
        return False
    aspect = next(aspect for aspect in ASPECTS if aspect.entry == f"D{layer}")
    return LAWFUL.issuperset(explain(aspect, answers) or ())


def _repeats(entries: Mapping[str, Plain], D2: np.ndarray) -> bool:
    """Whether D2 is D1 once more, or its opposite, as far as both go."""
    D1 = as_array(entries.get("D1"))
    if D1 is None:
        return False
    first, second = np.asarray(D1, dtype=float).ravel(), D2.ravel()
    size = min(first.size, second.size)
    equal = first[:size] == second[:size]
    return bool(equal.all() or not equal.any())


def rate_is_right(mask: np.ndarray, keep_prob: float, false_alarm: float) -> bool:
    """Whether so many ones are to be expected of a mask, by the binomial law; exactly, two-sided.

    Args:
        mask: zeros and ones, of any shape.
        keep_prob: probability of a one, 0 < keep_prob < 1.
        false_alarm: probability that a mask drawn rightly is turned away.
    """
    distribution, kept = _binomial(mask.size, keep_prob), int(mask.sum())
    fewer, more = distribution[: kept + 1].sum(), distribution[kept:].sum()
    return bool(min(fewer, more) >= false_alarm / 2)


@lru_cache(maxsize=64)
def _binomial(count: int, probability: float) -> np.ndarray:
    """P(K = k) for k = 0 … count, 0 < probability < 1."""
    k = np.arange(count + 1)
    log_factorials = np.array([math.lgamma(n + 1) for n in range(count + 1)])
    choose = log_factorials[count] - log_factorials - log_factorials[::-1]
    mass: np.ndarray = np.exp(
        choose + k * math.log(probability) + (count - k) * math.log1p(-probability)
    )
    return mass
