"""Answers whose entries stand in places that are not theirs: a cache's, a dictionary's. Private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, permutations, product

import numpy as np

from ...core.compare import as_array
from ...core.diagnosis import close, numbers_of
from ...core.protocol import Answer, Case, Plain
from ..items import DROPOUT_CACHE, PARAMETERS

Order = tuple[str, ...]


@cache
def _orders() -> tuple[Order, ...]:
    """Every order in which Z, D and A, and before or after them W and b, may come within the layers."""

    def layered(triples: tuple[Sequence[str], ...], weights_first: bool) -> Iterator[str]:
        for k, triple in enumerate((*triples, ("Z", "A")), start=1):
            kinds = ["W", "b", *triple] if weights_first else [*triple, "W", "b"]
            yield from (f"{kind}{k}" for kind in kinds)

    triples = list(permutations("ZDA"))
    found = [
        tuple(layered(pair, first)) for pair in product(triples, triples) for first in (False, True)
    ]
    # Those in which both layers are alike come first.
    found.sort(
        key=lambda order: [name[0] for name in order[:5]] != [name[0] for name in order[5:10]]
    )
    return tuple(order for order in found if order != DROPOUT_CACHE)


def in_order(answers: Sequence[Answer]) -> list[Answer] | None:
    """The answers of a forward pass with the entries of the cache under their right names.

    None if they have them, or if no order that we know makes sense of them in every case.
    """
    whole = [answer for answer in answers if "A3 in the cache" in answer[1]]
    if not whole or any(_makes_sense(case, entries) for case, entries in whole):
        return None
    for order in _orders():
        renamed: list[Answer] = [(case, _renamed(entries, order)) for case, entries in whole]
        if all(_makes_sense(case, entries) for case, entries in renamed):
            return renamed
    return None


def _renamed(entries: Mapping[str, Plain], order: Order) -> dict[str, Plain]:
    places = [name if name != "A3" else "A3 in the cache" for name in DROPOUT_CACHE]
    found = {
        name: entries[place] for name, place in zip(order, places, strict=True) if name != "A3"
    }
    in_cache = entries[places[order.index("A3")]]
    return {**found, "A3 in the cache": in_cache, "A3": entries["A3"]}


def _makes_sense(case: Case, entries: Mapping[str, Plain]) -> bool:
    """Whether masks are masks, activations are not negative, and the parameters are those given."""
    X, parameters, _ = case.arguments
    for name in PARAMETERS:
        own = numbers_of(entries.get(name), parameters[name].shape)
        if own is None or not close(parameters[name][None], own)[0]:
            return False
    for k in (1, 2):
        D, A = as_array(entries.get(f"D{k}")), as_array(entries.get(f"A{k}"))
        Z = numbers_of(entries.get(f"Z{k}"), (parameters[f"W{k}"].shape[0], X.shape[1]))
        if D is None or A is None or Z is None:
            return False
        if not np.isin(D, (0, 1)).all() or np.isin(Z, (0, 1)).all():
            return False
        # In edge cases Z may have no negative entry at all, but then it is A.
        if (A < 0).any() or (A.shape == Z.shape and np.count_nonzero(A) > np.count_nonzero(Z)):
            return False
    return True


def exchanged(
    answers: Sequence[Answer], shapes: Sequence[Mapping[str, np.ndarray]]
) -> list[Answer] | None:
    """Gradients with two of a kind put back into their places; None if none need to be.

    Args:
        answers: dictionaries of gradients.
        shapes: for each, what has the shapes that its entries should have.
    """

    def fit(first: str, second: str) -> bool:
        """Whether in every case each of the two has the shape of the other, and not its own."""
        pairs = [
            (_shape(entries.get(one)), wanted[other].shape, wanted[one].shape)
            for (_, entries), wanted in zip(answers, shapes, strict=True)
            for one, other in ((first, second), (second, first))
        ]
        return all(own == other for own, other, _ in pairs) and any(
            own != right for own, _, right in pairs
        )

    for kind in ("dW", "dA", "dZ", "db"):
        for first, second in combinations((f"{kind}1", f"{kind}2", f"{kind}3"), 2):
            if all({first, second} <= wanted.keys() for wanted in shapes) and fit(first, second):
                return [
                    (case, {**entries, first: entries.get(second), second: entries.get(first)})
                    for case, entries in answers
                ]
    return None


def _shape(value: Plain) -> tuple[int, ...] | None:
    array = as_array(value)
    return array.shape if array is not None else None
