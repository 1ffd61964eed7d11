"""What a message may show of what a student's code returned or raised.

In a hidden case the code sees inputs that its author must not see, while it can choose freely what
it returns: texts, names of types and keys, dtypes, shapes, lengths. All of them can carry numbers,
and a message that repeats them would deliver the inputs. So on hidden cases only what an honest
mistake brings forth is shown, and it is one of a few words: a short length, the name of a common
exception. No shape: of those that the arguments' sizes make there are enough to say a number. Every word of a message that
depends on what came back is made here.

What remains is which entry is wrong first, and in which of a few ways: a few bits, of inputs that
are another student's never.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .protocol import Case, Fault, MissingFunctionError, Opaque, Plain, UnfitResultError

#: Tuples of up to this length are described element by element.
_DESCRIBED = 3
#: On hidden cases, a longer tuple is called long. The longest that any item asks for has 14 elements.
_LONGEST_TUPLE = 20
#: Of the keys of a returned dictionary, so many are looked at, if they are no longer than this.
_MOST_KEYS, _LONGEST_KEY = 40, 20
#: What is said of things that are not plain data, where it is not the student's own text.
_COMMON_KINDS = frozenset(
    {
        "something far larger than the answer",
        "a masked array",
        "an array of dtype object",
        "an array of dtype complex128",
    }
)
#: Exceptions that honest code raises. Of all there are, code could choose one to say a number.
_COMMON_ERRORS = frozenset(
    {
        "AttributeError",
        "IndexError",
        "KeyError",
        "NameError",
        "TypeError",
        "ValueError",
        "ZeroDivisionError",
    }
)


def is_public(case: Case) -> bool:
    """Whether everything about the case may be shown: the student has it anyway."""
    return case.family == "fixture"


def where(case: Case) -> str:
    """On which data, as the beginning of a sentence."""
    return "On the example" if is_public(case) else f"On other data ({case.description})"


def describe(value: Plain, case: Case, nested: bool = False) -> str:
    """What a returned value is, for a sentence such as "it is a tuple or list of 3"."""
    if isinstance(value, Opaque):
        return value.kind if is_public(case) or value.kind in _COMMON_KINDS else "something else"
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of {shape(value.shape, case)}" if value.ndim else "a number"
    if isinstance(value, tuple):
        return _describe_tuple(value, case, nested)
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, str):
        return "a string"
    return "a number"


def _describe_tuple(value: tuple[Plain, ...], case: Case, nested: bool) -> str:
    if not is_public(case) and len(value) > _LONGEST_TUPLE:
        return "a long tuple or list"
    kinds = ""
    if 0 < len(value) <= _DESCRIBED and (is_public(case) or not nested):
        kinds = f" ({', '.join(describe(element, case, nested=True) for element in value)})"
    return f"a tuple or list of {len(value)}{kinds}"


def shape(found: tuple[int, ...], case: Case) -> str:
    """A returned shape, as "shape (3, 2)"; on hidden cases it could be chosen to say a number."""
    return f"shape {found}" if is_public(case) else "another shape"


def of_driver(fault: Fault, case: Case) -> str:
    """What a driver says of a function that it lacks or cannot go on with; empty if it is not a driver's word."""
    if fault.type not in (MissingFunctionError.__name__, UnfitResultError.__name__):
        return ""
    if is_public(case):
        return _in_one_line(fault.message)
    if fault.type == MissingFunctionError.__name__:
        return ""
    return f"{where(case)} one of your functions returned something of another kind or shape than it should"


def keys(names: Sequence[str], case: Case) -> list[str]:
    """Some names of returned entries; on hidden cases none, as code can choose them."""
    few = names[:_MOST_KEYS] if is_public(case) else ()
    return [name for name in few if len(name) <= _LONGEST_KEY and name.isidentifier()]


def place(fault: Fault, case: Case) -> str:
    """Where an exception came from: " at line 3 of `function`", or nothing."""
    if not fault.line or not is_public(case):
        return ""  # code can choose the line
    return f" at line {fault.line} of `{fault.function}`"


def variables(names: tuple[str, ...], case: Case) -> tuple[str, ...]:
    """Names of variables that a call has changed; on hidden cases none, as code can choose them."""
    return names if is_public(case) else ()


def _in_one_line(text: str) -> str:
    """A text that code can choose, so that it cannot pass for a line of ours; without blanks at its end."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def error(fault: Fault, case: Case) -> str:
    """An exception's name, and its text on public cases."""
    if not is_public(case):
        return fault.type if fault.type in _COMMON_ERRORS else "an error"
    said = _in_one_line(fault.message)
    return f"{fault.type}: {said}" if said else fault.type
