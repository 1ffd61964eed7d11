"""Wrong answers by their formulas, and what explains an answer that is not right. Private."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..core.compare import as_array
from ..core.diagnosis import Aspect, Candidates, Names, explain, single
from ..core.mistake import Mistake
from ..core.protocol import Answer, Case, Finding, Item, MistakeText, Plain
from ..core.slots import Slot, fill
from .items import Cost, make_cost
from .naming import told
from .reference import EPSILON, backward, central_differences, relative_difference
from .texts import BACKWARD, DIFFERENCE, GRADIENT

#: `Oracle.expect`.
Expect = Callable[[Case, Mapping[str, Plain]], Mapping[str, np.ndarray]]


def gradient_candidates(case: Case, _: Mapping[str, Plain]) -> Candidates:
    """Numerical gradients that we know how to come to."""
    kind, data, theta, given = case.arguments
    cost, epsilon, n = make_cost(kind, data), given or EPSILON, theta.size
    steps, here = epsilon * np.eye(n), cost(theta)
    ahead = np.array([cost(theta + step) for step in steps])
    behind = np.array([cost(theta - step) for step in steps])
    right = (ahead - behind) / (2 * epsilon)
    alone = np.zeros(n)
    alone[0] = right[0]
    together = (cost(theta + epsilon) - cost(theta - epsilon)) / (2 * epsilon)
    wrong: list[tuple[str, np.ndarray | float]] = [
        ("one-sided", (ahead - here) / epsilon),
        ("one-sided", (here - behind) / epsilon),
        ("one-sided", (ahead - here) / (2 * epsilon)),
        ("two-missing", (ahead - behind) / epsilon),
        ("epsilon-multiplied", (ahead - behind) / 2 * epsilon),
        ("not-divided", ahead - behind),
        ("not-divided", (ahead - behind) / 2),
        ("sign-turned", -right),
        *(
            ("epsilon-ignored", central_differences(cost, theta, other))
            for other in (1e-7, 1e-5, 1e-4, 1e-3)
        ),
        *(
            ("default-changed", right if given else central_differences(cost, theta, other))
            for other in (1e-8, 1e-6, 1e-5, 1e-4, 1e-3)
        ),
        *(("theta-not-reset", value) for value in _not_reset(cost, theta, epsilon)),
        ("whole-numbers-cut", _cut(cost, theta, epsilon)),
        ("whole-numbers-cut", np.trunc(right) if theta.dtype.kind == "i" else right),
        ("all-at-once", np.full(n, together)),
        ("all-at-once", together),
        ("stops-after-first", alone),
        ("one-number", right[0]),
        ("one-number", right[-1]),
        ("one-number", right.sum()),
        ("one-number", float(np.linalg.norm(right))),
        ("shape-turned", right.reshape(n, 1)),
        ("shape-turned", right.reshape(1, n)),
    ]
    return single(right, wrong)


def _not_reset(cost: Cost, theta: np.ndarray, epsilon: float) -> list[np.ndarray]:
    """Steps that stay in the vector when the next component's turn comes."""
    step, left = epsilon * np.eye(theta.size), epsilon * np.tri(theta.size, k=-1)
    return [
        np.array(
            [
                (cost(theta + ahead * rest + one) - cost(theta + behind * rest - one))
                / (2 * epsilon)
                for rest, one in zip(left, step, strict=True)
            ]
        )
        for ahead, behind in ((-1, -1), (1, -1), (1, 1))
    ]


def _cut(cost: Callable[[np.ndarray], float], theta: np.ndarray, epsilon: float) -> np.ndarray:
    """Steps into a copy that holds whole numbers only, if theta does."""
    values = []
    for i in range(theta.size):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i], behind[i] = theta[i] + epsilon, theta[i] - epsilon
        values.append((cost(ahead) - cost(behind)) / (2 * epsilon))
    return np.array(values)


def difference_candidates(case: Case, _: Mapping[str, Plain]) -> Candidates:
    """Relative differences that we know how to come to."""
    a, b, *more = case.arguments
    factor = more[0] if more else 1.0

    def norm(vector: np.ndarray, order: float | None = None) -> np.float64:
        return np.float64(np.linalg.norm(vector, order))

    gap, na, nb = norm(a - b), norm(a), norm(b)
    right = relative_difference(a, b)
    nothing = not na and not nb

    def kept(value: float) -> float:
        """Most who are wrong otherwise have thought of two zeros."""
        return 0.0 if nothing else float(value)

    wrong: list[tuple[str, np.ndarray | float]] = [
        ("denominator-missing", float(gap)),
        ("larger-for-sum", kept(gap / max(na, nb))),
        ("one-norm-only", kept(gap / na)),
        ("one-norm-only", kept(gap / nb)),
        ("norms-squared", kept(gap**2 / (na**2 + nb**2))),
        ("norms-squared", kept(gap**2 / (na + nb) ** 2)),
        ("norms-squared", kept(gap**2 / (na + nb))),
        ("norms-squared", kept(gap / (na**2 + nb**2))),
        ("other-norm", kept(norm(a - b, 1) / (norm(a, 1) + norm(b, 1)))),
        ("other-norm", kept(norm(a - b, np.inf) / (norm(a, np.inf) + norm(b, np.inf)))),
        ("norms-subtracted", kept((na - nb) / (na + nb))),
        ("norms-subtracted", kept(abs(na - nb) / (na + nb))),
        ("doubled", 2 * right),
        ("doubled", right / 2),
        *(("constant-added", gap / (na + nb + tiny)) for tiny in (1e-6, 1e-7, 1e-8, 1e-12)),
        ("share-of-each", kept(np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b))))),
        ("share-of-each", kept(np.sum(np.abs(a - b) / (np.abs(a) + np.abs(b))))),
        ("zero-over-zero", 1.0 if nothing else right),
    ]
    return single(np.asarray(factor * right), [(name, factor * value) for name, value in wrong])


def _delta(case: Case) -> Slot:
    """What may stand for dZ2."""
    _, Y, (_, _, _, _, _, A2, _, _) = case.arguments
    right = A2 - Y
    return [
        ("", right),
        ("output-turned", -right),
        ("output-slope-added", right * A2 * (1 - A2)),
    ]


def _slope(A1: np.ndarray) -> Slot:
    """What may stand for the slope of tanh."""
    return [
        ("", 1 - A1**2),
        ("planted-bug-left", 1 - A1),
        ("slope-missing", np.ones(A1.shape)),
        ("slope-of-sigmoid", A1 * (1 - A1)),
        ("slope-of-relu", (A1 > 0).astype(float)),
        ("tanh-twice", 1 - np.tanh(A1) ** 2),
    ]


def _layer_candidates(case: Case, layer: int, bias: bool) -> Candidates:
    """Gradients of one layer: dW, or db."""
    X, _, (_, A1, _, _, _, _, W2, _) = case.arguments
    m, inputs = X.shape[1], X if layer == 1 else A1
    sum_name = "planted-bug-left" if bias and layer == 2 else "average-missing"
    slots: dict[str, Slot] = {
        "delta": _delta(case),
        "average": [
            ("", 1 / m),
            (sum_name, 1.0),
            ("average-twice", 1 / m**2),
        ],
    }
    if layer == 1:
        slots["slope"] = _slope(A1)

    def formula(**part: np.ndarray) -> np.ndarray:
        upper = part["delta"]
        if layer == 1:
            upper = (W2.T @ upper) * part["slope"]
        if bias:
            return part["average"] * upper.sum(axis=-1, keepdims=True)
        return part["average"] * (upper @ inputs.T)

    name = f"d{'b' if bias else 'W'}{layer}"
    right = backward(*case.arguments)[name]
    odd: list[tuple[str, np.ndarray | float]] = [("transposed", right.T)]
    if bias:
        odd = [
            ("sum-loses-shape", right.ravel()),
            ("sum-over-everything", right.sum()),
            ("sum-over-everything", right.mean()),
        ]
    return fill(slots, formula).and_also(((wrong,), value) for wrong, value in odd)


def _layer_aspect(layer: int, bias: bool) -> Aspect:
    def candidates(case: Case, _: Mapping[str, Plain]) -> Candidates:
        return _layer_candidates(case, layer, bias)

    return Aspect(f"d{'b' if bias else 'W'}{layer}", candidates)


#: By function: what is looked at, in the order in which it should be mended; and what is told.
CATALOGUE: Mapping[str, tuple[Sequence[Aspect], Mapping[str, Mistake]]] = {
    "numerical_gradient": ((Aspect("gradient", gradient_candidates),), GRADIENT),
    "relative_difference": ((Aspect("difference", difference_candidates),), DIFFERENCE),
    "backward_propagation": (
        tuple(_layer_aspect(layer, bias) for layer in (2, 1) for bias in (False, True)),
        BACKWARD,
    ),
}


def mistake_texts() -> Mapping[str, Mapping[str, MistakeText]]:
    """What is told of every mistake of the catalogue, by item and by name of the mistake."""
    return {
        item: {name: MistakeText(text.hint, text.note) for name, text in texts.items()}
        for item, (_, texts) in CATALOGUE.items()
    }


def findings(item: Item, answers: Sequence[Answer], expect: Expect) -> Sequence[Finding] | None:
    """The mistakes that explain the answers; None if nobody knows.

    Args:
        item: what was asked.
        answers: what came back.
        expect: the oracle's, for what is right.
    """
    if not answers:
        return ()
    aspects, texts = CATALOGUE[item.name]
    hints = {name: text.hint for name, text in texts.items()}
    numbers = [answer for answer in answers if not _is_zero_over_zero(answer)]
    expected = [expect(case, entries) for case, entries in numbers]
    explained = [(aspect.entry, explain(aspect, numbers, expected)) for aspect in aspects]
    if item.name == "backward_propagation":
        explained += _lost_shapes(explained, numbers, expected)
    if len(numbers) < len(answers):
        explained.append(("difference", ("zero-over-zero",)))
    return told(explained, hints)


def _lost_shapes(
    explained: Sequence[tuple[str, Names | None]],
    answers: Sequence[Answer],
    expected: Sequence[Mapping[str, np.ndarray]],
) -> list[tuple[str, Names]]:
    """Biases that have the right number in another shape: a single number passes for any shape."""
    return [
        (entry, ("sum-loses-shape",))
        for entry, names in explained
        if names == ()
        and any(
            (value := as_array(entries.get(entry))) is not None
            and value.shape != right[entry].shape
            for (_, entries), right in zip(answers, expected, strict=True)
        )
    ]


def _is_zero_over_zero(answer: Answer) -> bool:
    """Whether two zero vectors were compared, and what came back is no number."""
    case, entries = answer
    value = as_array(entries.get("difference"))
    zeros = case.function == "relative_difference" and not any(map(np.any, case.arguments))
    return zeros and value is not None and not np.isfinite(value).all()
