"""Changes of the solution that leave it right: no judge could or should tell them. Private.

The release gate changes the solution in every small way it knows, and asks that the judge catch each
one that is not listed here. An entry that is not needed any more fails the gate as well.
"""

from __future__ import annotations

from ..core.protocol import Equivalent

_ZEROS = "np.zeros(theta.shape)"
_SLOPE = "approximation[i] = (cost(theta + step) - cost(theta - step)) / (2 * epsilon)"
_GAP = "np.linalg.norm(gradient - approximation)"
_ONE, _OTHER = "np.linalg.norm(gradient)", "np.linalg.norm(approximation)"
_SUM2, _SUM1 = (f"np.sum(dZ{layer}, axis=1, keepdims=True)" for layer in (2, 1))

_ONE_AXIS = "A vector has one axis, and a number none."
_SAME_LENGTH = "A vector is as long as its opposite."
_LAST_AXIS = "Of two axes, the last one is number 1."
_SINGLE_UNIT = "The output is a single unit: its bias is one number, and over it nothing is summed."


def _turned(*expressions: str, of: str = "{}") -> tuple[str, ...]:
    """These expressions, each transposed; `of` says how one is written before its .T."""
    return tuple(f"{text} → {of.format(text)}.T" for text in expressions)


# fmt: off
#: By function: a statement, why its changes do no harm, and the changes.
_LISTED: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "numerical_gradient": (
        (f"approximation = {_ZEROS}", "All its numbers are written over.",
         (f"{_ZEROS} → -{_ZEROS}", "np.zeros → np.ones", *_turned(_ZEROS))),
        ("for i in range(theta.size):", "There is one slope for each component.",
         ("theta → approximation",)),
        (f"step = {_ZEROS}", "Both have the same shape, and minus zero is zero.",
         ("theta → approximation", f"{_ZEROS} → -{_ZEROS}")),
        (f"step = {_ZEROS}", _ONE_AXIS, _turned(_ZEROS)),
        ("step[i] = epsilon", _ONE_AXIS, _turned("step")),
        (_SLOPE, _ONE_AXIS, _turned("approximation", "theta", "step")),
        (_SLOPE, _ONE_AXIS, _turned("theta + step", "theta - step", of="({})")),
        ("return approximation", _ONE_AXIS, _turned("approximation")),
    ),
    "relative_difference": (
        (f"lengths = {_ONE} + {_OTHER}", _ONE_AXIS,
         _turned("gradient", "approximation", _ONE, _OTHER)),
        (f"lengths = {_ONE} + {_OTHER}", _ONE_AXIS, _turned(f"{_ONE} + {_OTHER}", of="({})")),
        (f"lengths = {_ONE} + {_OTHER}", _SAME_LENGTH,
         ("gradient → -gradient", "approximation → -approximation")),
        ("if lengths > 0:", "No length is negative.",
         ("lengths > 0 → lengths != 0", "lengths > 0 → lengths", *_turned("lengths"))),
        (f"difference = {_GAP} / lengths", _ONE_AXIS,
         _turned("gradient", "approximation", "lengths", _GAP)),
        (f"difference = {_GAP} / lengths", _ONE_AXIS,
         _turned("gradient - approximation", f"{_GAP} / lengths", of="({})")),
        (f"difference = {_GAP} / lengths", _SAME_LENGTH,
         ("gradient - approximation → approximation - gradient",
          "gradient - approximation → -(gradient - approximation)")),
    ),
    "backward_propagation": (
        ("m = X.shape[1]", "There is one label for each example.", ("X → Y",)),
        ("m = X.shape[1]", _LAST_AXIS, ("1 → -1",)),
        (f"db2 = {_SUM2} / m", _LAST_AXIS, ("1 → -1",)),
        (f"db1 = {_SUM1} / m", _LAST_AXIS, ("1 → -1",)),
        (f"db2 = {_SUM2} / m", _SINGLE_UNIT,
         (f"{_SUM2} → np.sum(dZ2, keepdims=True)", *_turned(_SUM2))),
        (f"db2 = {_SUM2} / m", _SINGLE_UNIT, _turned(f"{_SUM2} / m", of="({})")),
        ("return {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}", _SINGLE_UNIT, _turned("db2")),
        ("dA1 = np.dot(W2.T, dZ2)", _SINGLE_UNIT, ("np.dot → np.multiply", "np.dot → np.outer")),
        ("dZ1 = dA1 * (1 - A1 ** 2)", "A square does not see the sign.", ("A1 → -A1",)),
    ),
}
# fmt: on

EQUIVALENTS: tuple[Equivalent, ...] = tuple(
    Equivalent((function,), statement, changes, why)
    for function, listed in _LISTED.items()
    for statement, why, changes in listed
)
