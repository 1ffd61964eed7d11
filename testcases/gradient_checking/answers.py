"""A made-up class: answers as students give them, with the verdict that each must get. Private."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..core.protocol import SampleSubmission, Verdict

#: Texts for the gaps of a cell, and the verdict.
Answer = tuple[tuple[str, ...], Verdict]

_LOOP = """for i in range(theta.size):
    ahead = theta.astype(float)
    behind = theta.astype(float)
    ahead[i] += epsilon
    behind[i] -= epsilon
    approximation[i] = (cost(ahead) - cost(behind)) / (2 * epsilon)"""
_STEPS = """for i, step in enumerate(epsilon * np.eye(theta.size)):
    approximation[i] = (cost(theta + step) - cost(theta - step)) / (epsilon + epsilon)"""
_LAYER_2 = "dZ2 = A2 - Y\ndW2 = dZ2 @ A1.T / m\ndb2 = dZ2.mean(axis=1, keepdims=True)"
_LAYER_1 = (
    "dZ1 = (W2.T @ dZ2) * (1 - A1 * A1)\ndW1 = dZ1 @ X.T / m\ndb1 = dZ1.mean(axis=1, keepdims=True)"
)

RIGHT: Mapping[str, tuple[Answer, ...]] = {
    "numerical_gradient": (((_LOOP,), "correct"), ((_STEPS,), "correct")),
    "relative_difference": (
        (
            (
                "both = np.linalg.norm(gradient) + np.linalg.norm(approximation)\n"
                "difference = np.linalg.norm(gradient - approximation) / both if both > 0 else 0.0",
            ),
            "correct",
        ),
    ),
    "backward_propagation": (((_LAYER_2, _LAYER_1), "correct"),),
}
WRONG: Mapping[str, tuple[Answer, ...]] = {
    "numerical_gradient": (
        ((_STEPS.replace("cost(theta - step)", "cost(theta)"),), "incorrect"),
        ((_STEPS.replace("(epsilon + epsilon)", "epsilon"),), "incorrect"),
        ((_LOOP.replace("theta.astype(float)", "theta.copy()"),), "partial"),
        ((_STEPS.replace("enumerate", "numerate"),), "error"),
    ),
    "relative_difference": (
        (("difference = np.linalg.norm(gradient - approximation)",), "incorrect"),
        (
            (
                "difference = np.linalg.norm(gradient - approximation) / (\n"
                "    np.linalg.norm(gradient) + np.linalg.norm(approximation))",
            ),
            "partial",
        ),
    ),
    "backward_propagation": (
        ((_LAYER_2.replace("mean", "sum"), _LAYER_1.replace("A1 * A1", "A1")), "incorrect"),
        ((_LAYER_2, _LAYER_1.replace("A1 * A1", "A1")), "partial"),
    ),
}
_EMPTY: Answer = ((), "not_attempted")
_EXPLANATION = (
    "The check marked db2, dW1 and db1, while dW2 agreed to nine digits. So the output was right, db2 "
    "had a mistake of its own, and dW1 and db1 shared one: dZ1. I compared that line with formula (7)."
)


def sample_class(number: int, seed: int) -> list[SampleSubmission]:
    """A class of `number` students; the same for the same two numbers."""
    rng = np.random.RandomState(seed)
    return [_student(place, rng) for place in range(number)]


def _student(place: int, rng: np.random.RandomState) -> SampleSubmission:
    """Of six students, two have everything right, two one function wrong, one all, and one nothing."""
    kind = ("right", "right", "one wrong", "one wrong", "all wrong", "untouched")[place % 6]
    chosen = tuple(RIGHT)[rng.randint(len(RIGHT))]
    answers: dict[str, Answer] = {}
    for name in RIGHT:
        wrong = kind == "all wrong" or (kind == "one wrong" and name == chosen)
        choice = (WRONG if wrong else RIGHT)[name]
        answers[name] = _EMPTY if kind == "untouched" else choice[rng.randint(len(choice))]
    return SampleSubmission(
        student=f"student-{place + 1:03d}",
        description=kind,
        gaps={name: gaps for name, (gaps, _) in answers.items() if gaps},
        cells={} if kind == "untouched" else {"explanation": _EXPLANATION},
        expected={f"test_{name}": verdict for name, (_, verdict) in answers.items()},
    )
