"""Wrong costs. Right: cross entropy + λ/(2m) Σ over layers, rows and columns of W². Private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

import numpy as np

from ...core.diagnosis import Aspect, Candidates, Names, Value
from ...core.protocol import Case, Plain
from ...core.slots import Slot, fill
from ..network import cross_entropy

#: Hyperparameters and numbers of examples that the notebook shows, and that get built in.
KNOWN_LAMBDAS = (0.1, 0.7)
KNOWN_SIZES = (5, 200, 211)


def lambda_slot(lambd: float) -> Slot:
    """What may stand for λ."""
    return [
        ("", lambd),
        ("lambda-ignored", 1.0),
        ("lambda-inverted", 1 / lambd if lambd else np.nan),
        ("lambda-squared", lambd**2),
        *(("lambda-hard-coded", known) for known in KNOWN_LAMBDAS),
        *(("zero-lambda-replaced", lambd or known) for known in KNOWN_LAMBDAS),
    ]


def size_slot(m: int, others: Sequence[float]) -> Slot:
    """What may stand for 1/m; `others` are numbers that m may be taken for."""
    return [
        ("", 1 / m),
        ("m-missing", 1.0),
        ("m-multiplied", float(m)),
        ("m-twice", 1 / m**2),
        ("m-off-by-one", 1 / (m - 1) if m > 1 else np.nan),
        ("m-off-by-one", 1 / (m + 1)),
        *(("m-hard-coded", 1 / known) for known in KNOWN_SIZES),
        *(("m-from-wrong-array", 1 / other) for other in others),
    ]


def _penalties(parameters: Mapping[str, np.ndarray]) -> list[tuple[str, Value]]:
    """What may be added up, the sum of all squared weights first."""
    weights = [parameters[name] for name in ("W1", "W2", "W3")]
    biases = [parameters[name] for name in ("b1", "b2", "b3")]
    squares = [float((W**2).sum()) for W in weights]
    sums = [float(W.sum()) for W in weights]
    norms = [float(np.sqrt(square)) for square in squares]
    kinds: list[tuple[str, Value]] = [("", sum(squares))]
    # Each layer once is right; some left out or, copied and not changed, more than once, is not.
    for count in (1, 2, 3):
        for chosen in combinations_with_replacement(range(3), count):
            if chosen != (0, 1, 2):
                doubled = len(set(chosen)) < len(chosen)
                name = "weights-repeated" if doubled else "weights-left-out"
                kinds.append((name, sum(squares[layer] for layer in chosen)))
    kinds += [
        ("biases-penalized", lambda: sum(squares) + sum(float((b**2).sum()) for b in biases)),
        ("biases-for-weights", lambda: sum(float((b**2).sum()) for b in biases)),
        *(
            ("biases-for-weights", sum(squares) - square + float((b**2).sum()))
            for square, b in zip(squares, biases, strict=True)
        ),
        *(("biases-penalized", sum(squares) + float((b**2).sum())) for b in biases),
        ("absolute-values", lambda: sum(float(np.abs(W).sum()) for W in weights)),
        ("not-squared", sum(sums)),
        ("doubled-for-squared", 2 * sum(sums)),
        ("sum-before-square", sum(total**2 for total in sums)),
        ("sum-before-square", sum(sums) ** 2),
        ("norm-not-squared", sum(norms)),
        ("norm-not-squared", float(np.sqrt(sum(squares)))),
        ("norm-squared-too-late", sum(norms) ** 2),
        ("spectral-norm", lambda: sum(float(np.linalg.norm(W, 2) ** 2) for W in weights)),
        ("column-norm", lambda: sum(float(np.linalg.norm(W, 1) ** 2) for W in weights)),
        ("product-of-layers", float(np.prod(squares))),
        ("mean-for-sum", lambda: sum(float((W**2).mean()) for W in weights)),
        ("mean-for-sum", sum(squares) / 3),
        ("power-too-high", sum(square**2 for square in squares)),
        ("power-too-high", sum(squares) ** 2),
        ("power-too-high", lambda: sum(float((W**4).sum()) for W in weights)),
        ("power-too-high", lambda: sum(float((W**3).sum()) for W in weights)),
        ("matrix-product-for-squares", lambda: sum(float((W @ W.T).sum()) for W in weights)),
        ("matrix-product-for-squares", lambda: sum(float((W.T @ W).sum()) for W in weights)),
        ("first-column-left-out", lambda: sum(float((W[:, 1:] ** 2).sum()) for W in weights)),
        ("largest-for-sum", lambda: sum(float((W**2).max()) for W in weights)),
    ]
    return kinds


def _without_parentheses(squares: Sequence[float], lambd: float, m: int) -> Iterator[float]:
    """Penalties in which λ, the fraction or a part of it does not reach all three sums."""
    for layer, first in enumerate(squares):
        rest = sum(squares) - first
        for factor in (lambd / (2 * m), lambd / m, lambd / 2):
            yield factor * first + rest
            yield factor * rest + first
        yield (lambd * first + rest) / (2 * m)
        yield (lambd * rest + first) / (2 * m)
        yield lambd * (rest + first / (2 * m))
        yield lambd * (first + rest / (2 * m))
        for last in (layer - 1, layer - 2):
            yield lambd * first + (rest - squares[last]) + squares[last] / (2 * m)


def cost_candidates(case: Case, _: Mapping[str, Plain]) -> Candidates:
    """All costs that we know how to come to."""
    A3, Y, parameters, lambd = case.arguments
    m = Y.shape[1]
    entropy = cross_entropy(A3, Y)
    squares = [float((parameters[name] ** 2).sum()) for name in ("W1", "W2", "W3")]
    coefficient = lambd / (2 * m)
    W1 = parameters["W1"]
    weights = sum(parameters[name].size for name in ("W1", "W2", "W3"))
    ones = float(max(Y.sum(), 1))
    numbers = (float(weights), 3.0, 6.0, float(W1.shape[0]), float(W1.shape[1]), ones)
    of_ones = float(-np.where(Y > 0, np.log(A3), 0.0).sum() / m)
    of_zeros = float(-np.where(Y < 1, np.log(1 - A3), 0.0).sum() / m)
    turned = float(-np.where(Y > 0, np.log(1 - A3), np.log(A3)).sum() / m)
    swapped = cross_entropy(Y, A3)  # log(0), and so infinite
    gap = float(((A3 - Y) ** 2).sum())
    slots: dict[str, Slot] = {
        "penalty": _penalties(parameters),
        "lambd": lambda_slot(lambd),
        "half": [("", 0.5), ("half-missing", 1.0), ("doubled", 2.0), ("half-twice", 0.25)],
        "size": size_slot(m, numbers),
        "sign": [("", 1.0), ("sign-turned", -1.0), ("penalty-missing", 0.0)],
        "first": [
            ("", entropy),
            ("cross-entropy-missing", 0.0),
            ("cross-entropy-twice", 2 * entropy),
            ("cross-entropy-rescaled", entropy / m),
            ("cross-entropy-rescaled", entropy * m),
            ("cross-entropy-rescaled", entropy / 2),
            ("cross-entropy-rescaled", entropy / (2 * m)),
            ("cross-entropy-sign-turned", -entropy),
            ("cross-entropy-half", of_ones),
            ("cross-entropy-half", of_zeros),
            ("labels-swapped", turned),
            ("other-logarithm", entropy / np.log(10)),
            ("other-logarithm", entropy / np.log(2)),
            ("squared-error", gap / m),
            ("squared-error", gap / (2 * m)),
            ("squared-error", gap),
            ("cost-infinite", swapped),
        ],
    }

    def formula(**part: np.ndarray) -> np.ndarray:
        amount = part["lambd"] * part["half"] * part["size"] * part["penalty"]
        return part["first"] + part["sign"] * amount

    right = entropy + coefficient * sum(squares)
    running = 0.0
    for square in squares:
        running = (running + square) * coefficient
    special: list[tuple[Names, Value]] = [
        (("factor-in-the-loop",), entropy + running),
        (("integer-division",), entropy + lambd // (2 * m) * sum(squares)),
        (("integer-division",), entropy + lambd * (1 // (2 * m)) * sum(squares)),
        (("integer-division",), entropy + lambd / 2 * (1 // m) * sum(squares)),
        (("integer-division",), entropy + lambd * sum(squares) // (2 * m)),
        (("integer-division",), entropy + lambd / (2 * m) * (sum(squares) // 1)),
        (("integer-division",), (entropy + coefficient * sum(squares)) // 1),
        *((("rounded",), round(right, digits)) for digits in range(5)),
        (("cost-multiplied",), entropy * coefficient * sum(squares)),
        (("cost-multiplied",), entropy * (1 + coefficient * sum(squares))),
    ]
    unbracketed = (
        (("parentheses-missing",), entropy + penalty)
        for penalty in _without_parentheses(squares, lambd, m)
    )
    return fill(slots, formula).and_also(unbracketed).and_also(special)


ASPECTS = (Aspect("cost", cost_candidates),)
