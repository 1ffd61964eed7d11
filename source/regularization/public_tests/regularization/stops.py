"""What an exception on a line of these four functions most likely means. Public: no formula is needed.

The line on which a function stopped is the student's own text; here it is only looked at, never run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.protocol import Case, Fault, Finding

#: By name of the mistake.
HINTS = {
    "mask-of-other-layer": "On this line a layer meets the mask of another layer, and the shapes do "
    "not fit. Compare the digits of the names.",
    "gradient-of-other-layer": "On this line a gradient of another layer is used, and the shapes do "
    "not fit. Compare the digits of the names; a copied line often keeps one.",
    "weights-of-other-layer": "On this line a gradient meets the weights of another layer, and the "
    "shapes do not fit. Compare the digits of the names; a copied line often keeps one.",
    "activation-of-other-layer": "On this line the activations are of a layer that does not belong to "
    "this gradient, and the shapes do not fit. Look up in the formula which layer they come from.",
    "transpose-missing": "The two factors of the matrix product on this line do not fit as they are. "
    "Write down both shapes, and that of the result: one of the factors lies the wrong way round.",
    "weights-masked": "On this line the mask meets the weights, and the shapes do not fit. The mask has "
    "one entry for each unit and example: it belongs to the array that has as many.",
    "matrix-product-for-mask": "The mask is applied with a matrix product here. It should switch every "
    "unit on or off by itself: that is a product element by element.",
    "picked-by-mask": "Indexing with the mask picks out the units that stay, and the shape is lost. The "
    "units that are off should become zero and stay where they are.",
    "mask-transposed": "The mask is turned over here. It has the shape of the layer that it was made for, "
    "and is needed as it is.",
    "summed-along-one-axis": "The sums on this line run along one axis only, and what is left of the "
    "layers does not fit together. Here a single number per layer is wanted.",
    "if-on-an-array": "An `if` asks one question, and here an array stands in it, with many answers. "
    "Compare the whole array at once, without `if`.",
    "cache-of-other-length": "The cache does not have as many entries as the names on this line. Compare "
    "them with the order in the docstring.",
    "unpacking-does-not-fit": "On this line there are more names than values, or fewer. Print what stands "
    "on the right-hand side.",
    "arguments-do-not-fit": "A function is called here with other arguments than it takes. Compare the "
    "`def` line with the released notebook, and the call with the `def` line.",
    "shape-not-unpacked": "The random numbers are asked for with a shape in one piece; this function "
    "takes the sizes one by one.",
    "bitwise-operator": "On this line an operator works on bits. A power is written with two stars, and "
    "a mask is applied by multiplying.",
    "not-callable": "Something that is no function is called here. Often an operator is missing before "
    "a bracket, or a name was used for something else before.",
    "cache-by-name": "The cache is a tuple: its entries have places, and no names. Unpack it as the given "
    "line does.",
    "in-place-type": "An array of truth values or whole numbers cannot take the result on this line in "
    "place. Write `name = ...` for it, in place of `/=` or `*=`.",
}
_TARGET = re.compile(r"\s*([A-Za-z]+?)(\d)\s*[-+*/]?=(?!=)(.*)")
_INDEXED = re.compile(r"\b(dA|dZ|dW|db|D|A|Z|W|b)(\d)\b")
_MASKED_WEIGHTS = re.compile(r"\bW\d(\.T)?\s*\*\s*D\d\b|\bD\d\s*\*\s*W\d\b")
_PRODUCT = re.compile(r"\bdot\b|\bmatmul\b|@")
_BY_MESSAGE = (
    ("TypeError", "positional argument", "arguments-do-not-fit"),
    ("TypeError", "unexpected keyword", "arguments-do-not-fit"),
    ("TypeError", "cannot be interpreted as an integer", "shape-not-unpacked"),
    ("TypeError", "bitwise", "bitwise-operator"),
    ("TypeError", "unsupported operand type(s) for ^", "bitwise-operator"),
    ("TypeError", "unsupported operand type(s) for &", "bitwise-operator"),
    ("TypeError", "not callable", "not-callable"),
    ("TypeError", "indices must be integers or slices, not str", "cache-by-name"),
    ("UFuncTypeError", "Cannot cast ufunc", "in-place-type"),
    ("_UFuncOutputCastingError", "Cannot cast ufunc", "in-place-type"),
    ("ValueError", "truth value of an array", "if-on-an-array"),
)


def stop_finding(stops: Sequence[tuple[Case, Fault]]) -> Finding | None:
    """What the first stop on public data means; None if that is not known.

    Args:
        stops: cases in which the function raised, and what.
    """
    fault = next((fault for case, fault in stops if case.family == "fixture"), None)
    name = _name(fault) if fault is not None else None
    return Finding(name, HINTS[name], explains_stop=True) if name is not None else None


def _name(fault: Fault) -> str | None:
    for kind, words, name in _BY_MESSAGE:
        if kind == fault.type and words in fault.message:
            return name
    if fault.type == "ValueError" and "values to unpack" in fault.message:
        return "cache-of-other-length" if "cache" in fault.source else "unpacking-does-not-fit"
    return _misfit(fault.source) if fault.type == "ValueError" else None


def _misfit(line: str) -> str | None:
    """What does not fit on a line on which shapes do not."""
    match = _TARGET.match(line)
    if re.search(r"\bsum\(.*\baxis\s*=", line) and (match is None or match[1] not in ("dW", "db")):
        return "summed-along-one-axis"
    if match is None:
        return None
    stem, layer, right = match[1], int(match[2]), match[3]
    used = {(kind, int(digit)) for kind, digit in _INDEXED.findall(right)}
    others = {kind for kind, digit in used if digit != layer}
    if re.search(r"\[\s*D\d\b", right):
        return "picked-by-mask"
    if re.search(r"\bD\d\.T\b", right):
        return "mask-transposed"
    if _MASKED_WEIGHTS.search(right):
        return "weights-masked"
    if stem in ("A", "dA", "Z", "dZ") and "D" in others:
        return "mask-of-other-layer"
    if _PRODUCT.search(right) and any(kind == "D" for kind, _ in used):
        return "matrix-product-for-mask"
    if stem in ("dA", "dZ") and "dA" in others:
        return "gradient-of-other-layer"
    if stem == "dW":
        if "dZ" in others or "dA" in others:
            return "gradient-of-other-layer"
        if "W" in others:
            return "weights-of-other-layer"
        if any(kind == "A" and digit != layer - 1 for kind, digit in used):
            return "activation-of-other-layer"
    if stem in ("dW", "dA") and _PRODUCT.search(right) and not _turns(right):
        return "transpose-missing"
    return None


def _turns(text: str) -> bool:
    return ".T" in text or "transpose" in text
