"""What went wrong in a training: the same formulas, on steps of the student's own training. Private.

A step tells its cost, the parameters before and after it and, with dropout, some of the cache. Each is
looked at from where the student's own training stood, as an answer to one call of a function. What a
step does not tell (dZ, dA) is taken for right, unless the gradients say that it is not: then nothing is
named, since what the gradients show follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from ...core.compare import as_array, difference
from ...core.diagnosis import Aspect, Names, explain, numbers_of
from ...core.protocol import Answer, Case, Finding, Plain
from ..items import NOTED, PARAMETERS, PLAIN_CACHE
from ..naming import told
from ..network import forward
from ..reference import Arrays, backward, dropout_forward
from . import cost, gradients
from . import dropout_forward as masks
from .streams import KNOWN_KEEPS

#: One step of each training is looked at, of a hidden one one in which the parameters have moved: that
#: leaves hardly a candidate for the next, and looking at all steps would take long.
_STEP = {"fixture": 0, "general": 3}
#: What is told, by the function's name and the mistake's.
Hints = Mapping[str, Mapping[str, str]]
Explained = list[tuple[str, Names | None]]


def findings_of_training(
    answers: Sequence[Answer], expected: Sequence[Mapping[str, np.ndarray]], hints: Hints
) -> list[Finding]:
    """The mistakes that explain the trainings, each with the function in which it was made.

    Args:
        answers: what the trainings gave; see `items.train`.
        expected: what is right, for each.
        hints: what is told.
    """
    found: list[Finding] = []
    for with_dropout in (False, True):
        chosen = [
            (case, entries, right)
            for (case, entries), right in zip(answers, expected, strict=True)
            if (case.arguments[-1] < 1) == with_dropout
        ]
        for function, names, looked_at in _LOOKS:
            if with_dropout != function.endswith("dropout") or not chosen:
                continue
            right = all(
                difference(right[name], entries.get(name)) is None
                for _, entries, right in chosen
                for name in names
            )
            steps = [] if right else [*_steps(chosen)]
            if steps:
                explained = ((entry, names or ()) for entry, names in looked_at(steps))
                found += [
                    Finding(one.name, _SEEN_HERE.get((function, one.name), one.hint), (function,))
                    for one in told(explained, hints[function])
                ]
    return found


class _Step:
    """One step of a training, and what it tells."""

    def __init__(
        self, case: Case, entries: Mapping[str, Plain], number: int, stacks: Arrays
    ) -> None:
        X, Y, _, rate, _, lambd, keep_prob = case.arguments
        self.X, self.Y, self.lambd, self.keep_prob, self.family = (
            X,
            Y,
            lambd,
            keep_prob,
            case.family,
        )
        self.parameters = {name: stacks[name][number] for name in PARAMETERS}
        self.gradients = {
            f"d{name}": (stack[number] - stack[number + 1]) / rate for name, stack in stacks.items()
        }
        self.cost = np.asarray(entries["costs"])[number]
        self.noted = {
            name: array[number]
            for name in NOTED
            if (array := as_array(entries.get(name))) is not None and len(array) > number
        }

    def call(self, function: str, *arguments: Plain) -> Case:
        """The step as a case of one function."""
        return Case("step", self.family, function, arguments, (), "")


def _steps(
    chosen: Sequence[tuple[Case, Mapping[str, Plain], Mapping[str, np.ndarray]]],
) -> Iterator[_Step]:
    for case, entries, right in reversed(chosen):
        stacks = {
            name: stack
            for name in PARAMETERS
            if (stack := numbers_of(entries.get(name), right[name].shape)) is not None
        }
        costs = as_array(entries.get("costs"))
        if len(stacks) < len(PARAMETERS) or costs is None or costs.shape != right["costs"].shape:
            continue
        yield _Step(case, entries, _STEP[case.family], stacks)


def _costs_with_l2(steps: Sequence[_Step]) -> Explained:
    answers: list[Answer] = []
    for step in steps:
        A3, _ = forward(step.X, step.parameters)
        case = step.call(_COST, A3, step.Y, step.parameters, step.lambd)
        answers.append((case, {"cost": step.cost}))
    return [("", explain(cost.ASPECTS[0], answers))]


def _gradients_with_l2(steps: Sequence[_Step]) -> Explained:
    answers, expected = [], []
    for step in steps:
        _, values = forward(step.X, step.parameters)
        case = step.call(_BACK_L2, step.X, step.Y, values, step.lambd)
        cache = dict(zip(PLAIN_CACHE, values, strict=True))
        right = backward(step.X, step.Y, cache, step.lambd)
        answers.append((case, {**right, **step.gradients}))
        expected.append(right)
    return _by_gradients(gradients.ASPECTS, answers, expected)


def _by_gradients(
    aspects: Sequence[Aspect], answers: Sequence[Answer], expected: Sequence[Arrays]
) -> Explained:
    """The mistakes in dW and db, if in every layer one of the two says that dZ is right."""
    found = {
        aspect.entry: explain(aspect, answers, expected)
        for aspect in aspects
        if aspect.entry[:2] in ("dW", "db")
    }
    if any(found[f"dW{k}"] != () and found[f"db{k}"] != () for k in (1, 2, 3)):
        return []
    return list(found.items())


def _passes_with_dropout(steps: Sequence[_Step]) -> Explained:
    answers, expected = [], []
    for step in steps:
        case = step.call(_FORWARD, step.X, step.parameters, step.keep_prob)
        entries = dict(step.noted)
        if set(NOTED) - entries.keys():
            return []
        usable = {name: entries[name] for name in ("A1", "A2")}
        right = dropout_forward(step.X, step.parameters, step.keep_prob)
        shapes_fit = all(usable[name].shape == right[name].shape for name in usable)
        through = usable if shapes_fit else {}
        answers.append((case, entries))
        expected.append(dropout_forward(step.X, step.parameters, step.keep_prob, through))
    found: Explained = []
    unsure = _ones_by_chance(answers)
    for aspect in masks.ASPECTS:
        if aspect.entry in NOTED:
            names = explain(aspect, answers, expected)
            if names is None:
                return []
            if names != ():
                expected = []  # as in `find`
            found.append((aspect.entry, () if aspect.entry in unsure else names))
    return found


def _ones_by_chance(answers: Sequence[Answer]) -> set[str]:
    """The masks of which nothing is said: ones throughout, while the other layer's are not.

    In so small a network, one column, one row or one number behind the seed may be ones as well.
    """
    shapes = {"D1": "A1", "D2": "A2"}
    ones = {
        name
        for name, like in shapes.items()
        if all(
            np.shape(entries[name]) == np.shape(entries[like]) and np.all(entries[name])
            for _, entries in answers
        )
    }
    return ones if len(ones) < len(shapes) else set()


def _gradients_with_dropout(steps: Sequence[_Step]) -> Explained:
    """The scale of dA: that is what shows. A mask left out does not, as A has been through it."""
    followed: list[Arrays] = [{} for _ in steps]
    found: Explained = []
    for layer in (3, 2, 1):
        scales: dict[str, list[float]] = {}
        for step, own in zip(steps, followed, strict=True):
            cache = {**dropout_forward(step.X, step.parameters, step.keep_prob), **step.noted}
            try:
                right = backward(step.X, step.Y, cache, keep_prob=step.keep_prob, own=own)
            except ValueError:  # a cache in which nothing fits
                return []
            for place, (name, scale) in enumerate(_scales(step.keep_prob)):
                factor = scale * step.keep_prob
                if all(
                    _is(right[n] * factor, step.gradients[n]) for n in (f"dW{layer}", f"db{layer}")
                ):
                    scales.setdefault(f"{place} {name}", []).append(factor)
            own[f"dZ{layer}"] = right[f"dZ{layer}"]
        chosen = next((name for name, ones in scales.items() if len(ones) == len(steps)), None)
        if chosen is None:
            return found
        for own, factor in zip(followed, scales[chosen], strict=True):
            own[f"dZ{layer}"] = own[f"dZ{layer}"] * factor
        mistake = chosen.partition(" ")[2]
        if mistake and layer == 3:
            return []
        found.append((f"dA{layer}", (mistake,) if mistake else ()))
    return found


def _scales(keep_prob: float) -> list[tuple[str, float]]:
    return [
        ("", 1 / keep_prob),
        ("scale-missing", 1.0),
        ("scale-multiplied", keep_prob),
        ("scale-by-drop-prob", 1 / (1 - keep_prob)),
        ("scale-by-drop-prob", 1 - keep_prob),
        ("scale-twice", 1 / keep_prob**2),
        ("scale-by-root", 1 / np.sqrt(keep_prob)),
        *(("keep-prob-hard-coded", 1 / known) for known in KNOWN_KEEPS),
    ]


def _is(wanted: np.ndarray, got: np.ndarray) -> bool:
    return difference(wanted, got) is None


_COST = "compute_cost_with_regularization"
_BACK_L2 = "backward_propagation_with_regularization"
_FORWARD = "forward_propagation_with_dropout"
_BACK_DROPOUT = "backward_propagation_with_dropout"
#: Where a training shows less than an answer does.
_SEEN_HERE = {
    (
        _BACK_DROPOUT,
        "scale-missing",
    ): "The steps of your training lack the scale with `keep_prob` on their way "
    "back. Whether the mask was applied, they do not show: look at both steps of the gap.",
}
#: By function: the entries that say whether it is right, and what is looked at if they are not.
_LOOKS: Sequence[tuple[str, tuple[str, ...], Callable[[Sequence[_Step]], Explained]]] = (
    (_COST, ("costs",), _costs_with_l2),
    (_BACK_L2, PARAMETERS, _gradients_with_l2),
    (_FORWARD, ("costs",), _passes_with_dropout),
    (_BACK_DROPOUT, PARAMETERS, _gradients_with_dropout),
)
