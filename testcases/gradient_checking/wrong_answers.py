"""Wrong answers as students write them, and what each may be called: the judge is tried with them. Private."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.protocol import WrongAnswer

#: How a cell begins.
HEAD = {
    "numerical_gradient": "def numerical_gradient(cost, theta, epsilon=1e-7):\n",
    "relative_difference": "def relative_difference(gradient, approximation):\n    g, a = gradient, approximation\n    n = np.linalg.norm\n",
    "backward_propagation": "def backward_propagation(X, Y, cache):\n    m = X.shape[1]\n    (Z1, A1, W1, b1, Z2, A2, W2, b2) = cache\n",
}
LOOP = """    out = np.zeros(len(theta)) if "FLOATS" else np.zeros_like(theta)
    for i in range(len(theta)):
        plus, minus = theta.astype(float), theta.astype(float)
        plus[i] += epsilon
        minus[i] -= epsilon
        out[i] = (cost(plus) - cost(minus)) / (2 * epsilon)
    return out
"""
BACKWARD = """    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""
_PREPARED = "        plus, minus = theta.astype(float), theta.astype(float)\n"

#: Function, the mistake's name, the rest of the cell, and whether the public example shows it.
WRONG: list[tuple[str, str, str, bool]] = [
    *(
        ("numerical_gradient", name, LOOP.replace(old, new), shows)
        for name, old, new, shows in (
            ("one-sided", "cost(minus)) / (2 * epsilon)", "cost(theta)) / epsilon", True),
            ("one-sided", "(cost(plus) - cost(minus)) / (2 ", "(cost(theta) - cost(minus)) / (1 ", True),
            ("two-missing", "(2 * epsilon)", "epsilon", True),
            ("epsilon-multiplied", "(2 * epsilon)", "2 * epsilon", True),
            ("not-divided", " / (2 * epsilon)", "", True),
            ("sign-turned", "cost(plus) - cost(minus)", "cost(minus) - cost(plus)", True),
            ("epsilon-ignored", "    out = ", "    epsilon = 1e-7\n    out = ", True),
            ("whole-numbers-cut", "theta.astype(float)", "theta.copy()", False),
            ("whole-numbers-cut", '"FLOATS"', '""', False),
            ("all-at-once", "plus[i] += epsilon\n        minus[i] -=", "plus += epsilon\n        minus -=", True),
            ("stops-after-first", "    return out", "        return out", True),
            ("one-number", "return out", "return out[-1]", True),
            ("shape-turned", "return out", "return out.reshape(-1, 1)", True),
        )
    ),
    (
        "numerical_gradient",
        "theta-not-reset",
        _PREPARED[4:] + LOOP.replace(_PREPARED, ""),
        True,
    ),
    *(
        ("relative_difference", name, f"    return {formula}\n", shows)
        for name, formula, shows in (
            ("denominator-missing", "n(g - a)", True),
            ("larger-for-sum", "n(g - a) / max(n(g), n(a)) if g.any() or a.any() else 0", True),
            ("norms-squared", "n(g - a)**2 / (n(g)**2 + n(a)**2) if g.any() or a.any() else 0", True),
            ("other-norm", "n(g - a, 1) / (n(g, 1) + n(a, 1)) if g.any() or a.any() else 0", True),
            ("one-norm-only", "n(g - a) / n(g)", True),
            ("share-of-each", "np.mean(abs(g - a) / (abs(g) + abs(a) + 1e-300))", True),
            ("norms-subtracted", "abs(n(g) - n(a)) / (n(g) + n(a) + 1e-300)", True),
            ("zero-over-zero", "n(g - a) / (n(g) + n(a))", False),
            ("constant-added", "n(g - a) / (n(g) + n(a) + 1e-8)", False),
        )
    ),
    *(
        ("backward_propagation", name, BACKWARD.replace(old, new), True)
        for name, old, new in (
            ("planted-bug-left", "dZ2.sum(axis=1, keepdims=True) / m", "dZ2.sum(axis=1, keepdims=True)"),
            ("planted-bug-left", "1 - A1**2", "1 - A1"),
            ("average-missing", "dZ1 @ X.T / m", "dZ1 @ X.T"),
            ("average-twice", "dZ2.sum(axis=1, keepdims=True) / m", "dZ2.mean(axis=1, keepdims=True) / m"),
            ("output-turned", "A2 - Y", "Y - A2"),
            ("output-slope-added", "A2 - Y", "(A2 - Y) * A2 * (1 - A2)"),
            ("slope-missing", " * (1 - A1**2)", ""),
            ("slope-of-sigmoid", "(1 - A1**2)", "A1 * (1 - A1)"),
            ("slope-of-relu", "(1 - A1**2)", "(A1 > 0)"),
            ("tanh-twice", "1 - A1**2", "1 - np.tanh(A1)**2"),
            ("transposed", "dZ1 @ X.T", "X @ dZ1.T"),
            ("sum-loses-shape", "dZ1.sum(axis=1, keepdims=True)", "dZ1.sum(axis=1)"),
            ("sum-loses-shape", "dZ2.sum(axis=1, keepdims=True)", "dZ2.sum(axis=1)"),
            ("sum-over-everything", "dZ1.sum(axis=1, keepdims=True)", "dZ1.sum()"),
        )
    ),
]  # fmt: skip


def wrong_answers() -> Mapping[str, Mapping[str, WrongAnswer]]:
    """By function and by a name of their own."""
    found: dict[str, dict[str, WrongAnswer]] = {}
    for number, (function, name, body, _) in enumerate(WRONG):
        known = found.setdefault(function, {})
        known[f"{number}-{name}"] = WrongAnswer(HEAD[function] + body, (name,))
    return found
