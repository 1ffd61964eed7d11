"""From answers that are not right to the mistakes that explain them. Private."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from ...core.compare import as_array, same
from ...core.diagnosis import Aspect, Names, explain
from ...core.mistake import Mistake
from ...core.protocol import Answer, Case, Finding, Item, Plain
from ..items import PARAMETERS
from ..naming import told
from . import cost, dropout_backward, dropout_forward, gradients
from .order import exchanged, in_order
from .texts_backward import TEXTS as BACKWARD
from .texts_cost import TEXTS as COST
from .texts_forward import TEXTS as FORWARD
from .texts_gradients import TEXTS as GRADIENTS
from .texts_whole import TEXTS as WHOLE
from .trainings import findings_of_training
from .without_chance import chance_left_out, kept_between_calls

#: Cases with more examples are not looked at.
_MOST_EXAMPLES = 50
THROUGH_DROPOUT = "forward_propagation_with_dropout"
_KEPT = "masks-kept-between-calls"
#: `Oracle.expect`.
Expect = Callable[[Case, Mapping[str, Plain]], Mapping[str, np.ndarray]]
#: By item: what is looked at, in the order in which a student should mend it; and what is told.
CATALOGUE: Mapping[str, tuple[Sequence[Aspect], Mapping[str, Mistake]]] = {
    "compute_cost_with_regularization": (cost.ASPECTS, COST),
    "backward_propagation_with_regularization": (gradients.ASPECTS, GRADIENTS),
    THROUGH_DROPOUT: (dropout_forward.ASPECTS, FORWARD),
    "backward_propagation_with_dropout": (dropout_backward.ASPECTS, BACKWARD),
}

_BACKWARD_PASSES = ("backward_propagation_with_regularization", "backward_propagation_with_dropout")


def findings(item: Item, answers: Sequence[Answer], expect: Expect) -> Sequence[Finding] | None:
    """The mistakes, each with the layers in which it was made; None if nobody knows.

    Args:
        item: what was asked.
        answers: what came back.
        expect: the oracle's, for what is right.
    """
    if item.name == "training":
        expected = [expect(case, entries) for case, entries in answers]
        return findings_of_training(answers, expected, _hints())
    if item.name not in CATALOGUE or not answers:
        return ()
    aspects, texts = CATALOGUE[item.name]
    everything, answers = answers, without_large(answers)
    whole = _of_the_whole(answers)
    if whole is not None:
        return [Finding(whole, WHOLE[whole].hint)]
    explained: list[tuple[str, Names | None]] = []
    if item.name == THROUGH_DROPOUT:
        if kept_between_calls(answers):
            return [Finding(_KEPT, FORWARD[_KEPT].hint)]
        reordered = in_order(answers)
        if reordered is not None:
            explained, answers = [("", ("cache-order",))], reordered
            everything = in_order(everything) or answers
    elif item.name in _BACKWARD_PASSES:
        put_back = exchanged(answers, [_gradients_like(case) for case, _ in answers])
        if put_back is not None:
            explained, answers = [("", ("keys-exchanged",))], put_back
    expected = [expect(case, entries) for case, entries in answers]
    for aspect in aspects:
        names = explain(aspect, answers, expected)
        if names is None and item.name == THROUGH_DROPOUT and aspect.entry[0] == "D":
            names = chance_left_out(int(aspect.entry[1]), everything)
        explained.append((aspect.entry, names))
        if names != () and aspect.entry[:2] not in ("dW", "db"):
            # What follows from a wrong entry may be right in itself, and tell something about that one.
            expected = []
    hints = {name: text.hint for name, text in texts.items()}
    found = told(((entry, names) for entry, names in explained if names), hints)
    if not found and any(names is None for _, names in explained):
        return None
    return found


def _hints() -> Mapping[str, Mapping[str, str]]:
    return {
        function: {name: text.hint for name, text in texts.items()}
        for function, (_, texts) in CATALOGUE.items()
    }


def without_large(answers: Sequence[Answer]) -> list[Answer]:
    """Without the large cases: they are there for the rate of masks, and trying all on them takes long."""
    return [one for one in answers if one[0].arguments[0].shape[1] <= _MOST_EXAMPLES]


def _gradients_like(case: Case) -> Mapping[str, np.ndarray]:
    """Arrays of the shapes that the gradients of a case should have."""
    cache = gradients.Scene(case, {}).cache
    like = {f"d{name}": cache[name] for name in PARAMETERS}
    return like | {f"d{kind}{k}": cache[f"A{k}"] for kind in "AZ" for k in (1, 2, 3)}


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
