"""From answers that are not right to the mistakes that explain them. Private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ...core.compare import as_array, same
from ...core.diagnosis import Aspect, explain
from ...core.mistake import Mistake
from ...core.protocol import Answer, Finding, Item
from . import cost, dropout_backward, dropout_forward, gradients
from .order import in_order
from .texts_backward import TEXTS as BACKWARD
from .texts_cost import TEXTS as COST
from .texts_forward import TEXTS as FORWARD
from .texts_gradients import TEXTS as GRADIENTS
from .texts_whole import TEXTS as WHOLE

#: By item: what is looked at, in the order in which a student should mend it; and what is told.
CATALOGUE: Mapping[str, tuple[Sequence[Aspect], Mapping[str, Mistake]]] = {
    "compute_cost_with_regularization": (cost.ASPECTS, COST),
    "backward_propagation_with_regularization": (gradients.ASPECTS, GRADIENTS),
    "forward_propagation_with_dropout": (dropout_forward.ASPECTS, FORWARD),
    "backward_propagation_with_dropout": (dropout_backward.ASPECTS, BACKWARD),
}
#: Two that are found together are one mistake, which has a name of its own.
_TOGETHER: Mapping[frozenset[str], str] = {
    frozenset({"comparison-turned", "mask-turned"}): "mask-marks-dropped",
    frozenset({"activation-for-mask", "mask-for-activation"}): "cache-order",
}
#: What follows from another mistake, and is no mistake beside it: from the average that was taken
#: in dZ3, every gradient below looks as if it had none.
_CONSEQUENCES: Mapping[str, frozenset[str]] = {
    "dz3-averaged": frozenset({"data-not-averaged", "bias-not-averaged"}),
    "m-from-wrong-array": frozenset({"average-left-out"}),
    "mask-not-compared": frozenset({"mask-not-cached"}),
    "mask-scaled": frozenset({"mask-not-cached"}),
    "mask-not-cached": frozenset({"numbers-drawn-before"}),
    "mask-all-ones": frozenset({"scale-missing", "dropout-not-applied"}),
    "cached-before-dropout": frozenset(
        {"dropout-not-applied", "scale-missing", "mask-not-applied"}
    ),
    "z-masked": frozenset({"scale-missing"}),
}
#: Most mistakes that are told at once: who has more had better begin with these.
_MOST_TOLD = 3


def findings(item: Item, answers: Sequence[Answer]) -> Sequence[Finding] | None:
    """The mistakes, each with the layers in which it was made; None if nobody knows."""
    if item.name not in CATALOGUE or not answers:
        return ()
    aspects, texts = CATALOGUE[item.name]
    whole = _of_the_whole(answers)
    if whole is not None:
        return [Finding(whole, WHOLE[whole].hint)]
    places: dict[str, dict[str, None]] = {}
    if item.name == "forward_propagation_with_dropout":
        reordered = in_order(answers)
        if reordered is not None:
            places["cache-order"], answers = {"": None}, reordered
    explained = [(aspect, explain(aspect, answers)) for aspect in aspects]
    for aspect, names in explained:
        for name in names or ():
            places.setdefault(name, {})[_place(aspect)] = None
    places = _simplified(places)
    if not places:
        return None if any(names is None for _, names in explained) else ()
    found = [
        Finding(name, texts[name].hint, tuple(place for place in where if place))
        for name, where in places.items()
    ]
    return found[:_MOST_TOLD]


def _simplified(places: dict[str, dict[str, None]]) -> dict[str, dict[str, None]]:
    """With one name for what is one mistake, and without what follows from another."""
    for pair, name in _TOGETHER.items():
        if pair <= places.keys():
            where = {place: None for one in places if one in pair for place in places[one]}
            places = {name: where, **{one: at for one, at in places.items() if one not in pair}}
    dropped = {consequence for name in places for consequence in _CONSEQUENCES.get(name, ())}
    return {name: where for name, where in places.items() if name not in dropped}


def _of_the_whole(answers: Sequence[Answer]) -> str | None:
    """What is seen by comparing whole answers: always the same one, or another one to the same input."""
    general = [answer for answer in answers if answer[0].family != "edge"]
    if len(general) > 1:
        first = general[0][1]
        single = [as_array(value) for value in first.values()]
        if all(
            value is not None and value.size == 1 and np.isfinite(value) for value in single
        ) and all(same(first, other) for _, other in general[1:]):
            return "answer-never-changes"
    for (case, entries), (again, others) in combinations(answers, 2):
        if case.arguments is again.arguments and not same(entries, others):
            return "state-between-calls"
    return None


def names_nothing(item: Item, answers: Sequence[Answer]) -> bool:
    """Whether no mistake of the catalogue explains any entry of the answers."""
    aspects, _ = CATALOGUE[item.name]
    return not any(explain(aspect, answers) for aspect in aspects)


def _place(aspect: Aspect) -> str:
    digit = aspect.entry[-1]
    return f"layer {digit}" if digit.isdigit() else ""
