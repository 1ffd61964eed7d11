"""From answers that are not right to the mistakes that explain them. Private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...core.diagnosis import Aspect, explain
from ...core.mistake import Mistake
from ...core.protocol import Answer, Finding, Item
from . import cost, dropout, gradients
from .texts_backward import TEXTS as BACKWARD
from .texts_cost import TEXTS as COST
from .texts_forward import TEXTS as FORWARD
from .texts_gradients import TEXTS as GRADIENTS

#: By item: what is looked at, in the order in which a student should mend it; and what is told.
CATALOGUE: Mapping[str, tuple[Sequence[Aspect], Mapping[str, Mistake]]] = {
    "compute_cost_with_regularization": (cost.ASPECTS, COST),
    "backward_propagation_with_regularization": (gradients.ASPECTS, GRADIENTS),
    "forward_propagation_with_dropout": (dropout.FORWARD_ASPECTS, FORWARD),
    "backward_propagation_with_dropout": (dropout.BACKWARD_ASPECTS, BACKWARD),
}
#: What follows from another mistake, and is no mistake beside it: from the average that was taken
#: in dZ3, every gradient below looks as if it had none.
_CONSEQUENCES: Mapping[str, frozenset[str]] = {
    "dz3-averaged": frozenset({"data-not-averaged", "bias-not-averaged"}),
}
#: Most mistakes that are told at once: who has more had better begin with these.
_MOST_TOLD = 3


def findings(item: Item, answers: Sequence[Answer]) -> Sequence[Finding] | None:
    """The mistakes, each with the layers in which it was made; None if nobody knows."""
    if item.name not in CATALOGUE or not answers:
        return ()
    aspects, texts = CATALOGUE[item.name]
    explained = [(aspect, explain(aspect, answers)) for aspect in aspects]
    places: dict[str, dict[str, None]] = {}
    for aspect, names in explained:
        for name in names or ():
            places.setdefault(name, {})[_place(aspect)] = None
    for name in list(places):
        for consequence in _CONSEQUENCES.get(name, ()):
            places.pop(consequence, None)
    if not places:
        return None if any(names is None for _, names in explained) else ()
    found = [
        Finding(name, texts[name].hint, tuple(place for place in where if place))
        for name, where in places.items()
    ]
    return found[:_MOST_TOLD]


def names_nothing(item: Item, answers: Sequence[Answer]) -> bool:
    """Whether no mistake of the catalogue explains any entry of the answers."""
    aspects, _ = CATALOGUE[item.name]
    return not any(explain(aspect, answers) for aspect in aspects)


def _place(aspect: Aspect) -> str:
    digit = aspect.entry[-1]
    return f"layer {digit}" if digit.isdigit() else ""
