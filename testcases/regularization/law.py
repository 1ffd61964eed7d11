"""Dropout by law: is this dropout, although not with the numbers that the assignment fixes? Private.

The contract is a seeded stream, so that everybody gets the same masks. Who draws them otherwise
(another comparison, another generator, another seed or none) may have understood dropout all the
same. That is judged from the masks which came back, in every case:

- D has the shape of A, holds zeros and ones only, and is all ones where keep_prob is 1;
- A = relu(Z)·D/keep_prob and Z = W·A + b hold exactly, each from the student's own earlier entries;
- as many units are kept as keep_prob lets expect, among those that are on, among those that are off,
  and among all (with this, E[A] is kept), and chance decides how many;
- D has no structure that a test could find, and D2 is not made of D1 (see `chance`).

Each case is tested by itself, since behind a seed the masks of two cases are made of the same
numbers. What passes for chance is taken for it: a hash of the index, say. One rule that looks random
and is wrong (the other side of the comparison, the bell curve) may come near the right rate. A mask
that the catalogue of mistakes can name is not dropout, whatever its rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..core.compare import as_array, difference
from ..core.diagnosis import explain, numbers_of
from ..core.protocol import Answer, Concession, Item, Part, Plain
from .chance import are_fixed, are_independent, has_pattern, looks_drawn, rate_is_right, surplus
from .mistakes.dropout_forward import ASPECTS
from .mistakes.find import without_large
from .reference import dropout_forward

#: What dropout from another stream earns of its part's points.
SHARE = 0.7
#: Probability that dropout drawn rightly is not recognised by its rate: at most this for both layers
#: together, spread evenly over the tests. The lags add at most 2e-6, and the counts that come out even
#: in every case 1e-5, so that all in all at most two right dropouts in 100,000 are not recognised.
FALSE_ALARM = 8e-6
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
    patterned, surpluses, dependent = [], [], [False]
    for case, entries in answers:
        X, parameters, keep_prob = case.arguments
        D = _mask(entries, layer, (parameters[f"W{layer}"].shape[0], X.shape[1]))
        Z = numbers_of(entries.get(f"Z{layer}"), D.shape) if D is not None else None
        if D is None or Z is None or (keep_prob == 1 and not D.all()):
            return False
        if keep_prob == 1:
            continue
        masks += [(keep_prob, D), (keep_prob, D[Z > 0]), (keep_prob, D[Z <= 0])]
        patterned.append(has_pattern(D))
        surpluses.append(surplus(D, keep_prob))
        D1 = as_array(entries.get("D1"))
        if not looks_drawn(D, keep_prob):
            return False
        first = np.asarray(D1, dtype=float) if layer == 2 and D1 is not None else None
        if first is not None and first.ndim == 2 and case.family == "general":
            dependent.append(not are_independent(first, D, keep_prob))
    if all(patterned) or are_fixed(surpluses) or any(dependent):
        return False
    each = FALSE_ALARM / (len(_LAYERS) * len(masks))
    if not all(rate_is_right(D, keep_prob, each) for keep_prob, D in masks):
        return False
    aspect = next(aspect for aspect in ASPECTS if aspect.entry == f"D{layer}")
    return LAWFUL.issuperset(explain(aspect, without_large(answers)) or ())
