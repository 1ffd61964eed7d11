"""Changes of the solution that leave it right: no judge could or should tell them. Private.

The release gate changes the solution in every small way it knows, and asks that the judge catch each
one that is not listed here. An entry that is not needed any more fails the gate as well.
"""

from __future__ import annotations

from ..core.protocol import Equivalent

_GRADIENT = ("numerical_gradient",)
_DIFFERENCE = ("relative_difference",)
_BACKWARD = ("backward_propagation",)

_EMPTY = "approximation = np.zeros(theta.shape)"
_STEP = "step = np.zeros(theta.shape)"
_SLOPE = "approximation[i] = (cost(theta + step) - cost(theta - step)) / (2 * epsilon)"
_LENGTHS = "lengths = np.linalg.norm(gradient) + np.linalg.norm(approximation)"
_QUOTIENT = "difference = np.linalg.norm(gradient - approximation) / lengths"
_DB2 = "db2 = np.sum(dZ2, axis=1, keepdims=True) / m"
_DB1 = "db1 = np.sum(dZ1, axis=1, keepdims=True) / m"


def _turned(*expressions: str, of: str = "{}") -> tuple[str, ...]:
    """These expressions, each transposed; `of` says how one is written before its .T."""
    return tuple(f"{text} → {of.format(text)}.T" for text in expressions)


EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        _GRADIENT,
        _EMPTY,
        (*_turned("np.zeros(theta.shape)"), "np.zeros(theta.shape) → -np.zeros(theta.shape)"),
        "All its numbers are written over.",
    ),
    Equivalent(_GRADIENT, _EMPTY, ("np.zeros → np.ones",), "All its numbers are written over."),
    Equivalent(
        _GRADIENT,
        "for i in range(theta.size):",
        ("theta → approximation",),
        "There is one slope for each component.",
    ),
    Equivalent(
        _GRADIENT,
        _STEP,
        ("theta → approximation", "np.zeros(theta.shape) → -np.zeros(theta.shape)"),
        "Both have the same shape, and minus zero is zero.",
    ),
    Equivalent(_GRADIENT, _STEP, _turned("np.zeros(theta.shape)"), "A vector has one axis."),
    Equivalent(_GRADIENT, "step[i] = epsilon", _turned("step"), "A vector has one axis."),
    Equivalent(
        _GRADIENT,
        _SLOPE,
        (
            *_turned("approximation", "theta", "step"),
            *_turned("theta + step", "theta - step", of="({})"),
        ),
        "A vector has one axis.",
    ),
    Equivalent(
        _GRADIENT, "return approximation", _turned("approximation"), "A vector has one axis."
    ),
    Equivalent(
        _DIFFERENCE,
        _LENGTHS,
        (
            *_turned(
                "gradient",
                "approximation",
                "np.linalg.norm(gradient)",
                "np.linalg.norm(approximation)",
            ),
            *_turned("np.linalg.norm(gradient) + np.linalg.norm(approximation)", of="({})"),
        ),
        "A vector has one axis, and a number none.",
    ),
    Equivalent(
        _DIFFERENCE,
        _LENGTHS,
        ("gradient → -gradient", "approximation → -approximation"),
        "A vector is as long as its opposite.",
    ),
    Equivalent(
        _DIFFERENCE,
        "if lengths > 0:",
        ("lengths > 0 → lengths != 0", "lengths > 0 → lengths", *_turned("lengths")),
        "No length is negative.",
    ),
    Equivalent(
        _DIFFERENCE,
        _QUOTIENT,
        (
            *_turned(
                "gradient", "approximation", "lengths", "np.linalg.norm(gradient - approximation)"
            ),
            *_turned(
                "gradient - approximation",
                "np.linalg.norm(gradient - approximation) / lengths",
                of="({})",
            ),
        ),
        "A vector has one axis, and a number none.",
    ),
    Equivalent(
        _DIFFERENCE,
        _QUOTIENT,
        (
            "gradient - approximation → approximation - gradient",
            "gradient - approximation → -(gradient - approximation)",
        ),
        "A vector is as long as its opposite.",
    ),
    Equivalent(_BACKWARD, "m = X.shape[1]", ("X → Y",), "There is one label for each example."),
    *(
        Equivalent(_BACKWARD, line, ("1 → -1",), "Of two axes, the last one is number 1.")
        for line in ("m = X.shape[1]", _DB2, _DB1)
    ),
    Equivalent(
        _BACKWARD,
        _DB2,
        (
            *_turned("np.sum(dZ2, axis=1, keepdims=True)"),
            *_turned("np.sum(dZ2, axis=1, keepdims=True) / m", of="({})"),
            "np.sum(dZ2, axis=1, keepdims=True) → np.sum(dZ2, keepdims=True)",
        ),
        "The output is a single unit, so its bias is a single number.",
    ),
    Equivalent(
        _BACKWARD,
        "return {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}",
        _turned("db2"),
        "The output is a single unit, so its bias is a single number.",
    ),
    Equivalent(
        _BACKWARD,
        "dA1 = np.dot(W2.T, dZ2)",
        ("np.dot → np.multiply", "np.dot → np.outer"),
        "The output is a single unit: a column times a row, with nothing to be summed.",
    ),
    Equivalent(
        _BACKWARD, "dZ1 = dA1 * (1 - A1 ** 2)", ("A1 → -A1",), "A square does not see the sign."
    ),
)
