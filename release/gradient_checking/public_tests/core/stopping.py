"""What students read of a function that did not come back: where it stopped, and what that usually means.

Only on the public example a message goes into the line and the names; see `shown.py`.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from . import shown
from .protocol import Case, Fault, Item, Observation

#: What an exception usually means in this kind of code, by its type.
_USUAL_CAUSE = {
    "NameError": "A name is used before it has a value. Look for a typing slip, or a gap left empty.",
    "UnboundLocalError": "A name is used before it has a value in this function. Look for a typing "
    "slip, or a gap left empty.",
    "TypeError": "A value is not of the kind that this line needs. A None left over from a gap often "
    "does this; so does calling something with too few or too many arguments.",
    "ValueError": "The shapes or values do not fit together here. Print the .shape of each array in "
    "this line.",
    "KeyError": "This key is not in the dictionary. Check its spelling against the docstring.",
    "IndexError": "An index points past the end of the array or tuple.",
    "AttributeError": "This object has no such attribute. Check the spelling, and what kind of object "
    "it is.",
    "ZeroDivisionError": "Something is divided by zero here.",
    "RecursionError": "The function calls itself without an end.",
}
#: Words that stand in code as they are, and are no names.
_RESERVED = tuple(word for word in keyword.kwlist if word.islower())
#: No longer line is parsed: nothing in it can be nested deeply.
_LONGEST_LINE = 200
#: How alike two names are, from 0 to 1, of which one is taken for a slip of the other. Below it is
#: another digit: dW1 is no slip of dW3.
_ALIKE = 0.75
#: Python's own that code of this kind may mean. A list of ours: a session can change its own, and adds to it.
_CONSTANTS = ("None", "True", "False")
_FUNCTIONS = (
    *(
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "enumerate",
        "float",
        "int",
        "isinstance",
        "len",
        "list",
    ),
    *("max", "min", "pow", "print", "range", "reversed", "round", "set", "sorted", "str", "sum"),
    *("tuple", "type", "zip"),
)
_MISSING_NAME = {
    "NameError": re.compile(r"name '(\w+)' is not defined"),
    "UnboundLocalError": re.compile(r"local variable '(\w+)'"),
    "KeyError": re.compile(r"'(\w+)'$"),
}


def not_returned(item: Item, case: Case, seen: Observation, explained: bool = False) -> str:
    """The function did not come back with a value.

    Args:
        item: what is judged.
        case: the call.
        seen: what came of it.
        explained: whether a hint says what the exception means here, so that no guess is needed.
    """
    fault = seen.fault
    if seen.outcome == "undefined" and fault and fault.line and shown.is_public(case):
        return _unreadable(fault, case)
    if seen.outcome == "undefined":
        return (
            f"{case.function} is not defined. Run the cell that defines it first; if that cell shows "
            "an error, mend the error, then run the cell again."
        )
    if seen.outcome == "not_attempted":
        line = (
            f" in `{fault.function}` (line {fault.line} of its cell)"
            if fault and fault.line and shown.is_public(case)
            else ""
        )
        return (
            f"There is still an empty gap{line}, and the function stops there. Fill it in; or, to see "
            "first how the rest does, set what it should compute to None."
        )
    where = shown.where(case)
    if seen.outcome == "timeout":
        return f"{where} your function did not come to an end in time. Look for an endless loop."
    if seen.outcome == "memory":
        return f"{where} your function asked for more memory than there is. Check the shapes."
    if seen.outcome == "died" or fault is None:
        return f"{where} the Python process ended while your function was running."
    of_driver = shown.of_driver(fault, case)
    if of_driver:
        return f"{of_driver}."
    stopped = f"{where} your function stopped{shown.place(fault, case)}"
    if not shown.is_public(case):
        return f"{stopped} with {shown.error(fault, case)}."
    source = f", `{fault.source}`" if fault.source else ""
    cause = "" if explained or not fault.line else _cause(item, case, fault)
    error = shown.error(fault, case)
    end = "" if error.endswith((".", "!", "?")) else "."
    return f"{stopped}{source} with {error}{end} {cause}".strip()


def not_reached() -> str:
    """A part that lies behind the stop."""
    return "Not reached: the run stopped before it."


def no_value_yet(name: str, case: Case) -> str:
    """An entry that a function did not have when it stopped, although it was beyond it."""
    return f"{shown.where(case)} `{name}` had no value when your function stopped."


def near(name: str, others: Sequence[str]) -> str:
    """The one of `others` of which a name is likely a slip; empty if there is none, or are several."""
    if name in others:
        return ""
    same = [other for other in dict.fromkeys(others) if other.casefold() == name.casefold()]
    found = same or get_close_matches(name, dict.fromkeys(others), n=2, cutoff=_ALIKE)
    return found[0] if len(found) == 1 else ""


def _cause(item: Item, case: Case, fault: Fault) -> str:
    """What an exception on the example usually means, or which name was likely meant."""
    pattern = _MISSING_NAME.get(fault.type)
    missing = pattern.search(fault.message) if pattern is not None else None
    meant = near(missing[1], list(_known_names(item, case))) if missing else ""
    if missing and not meant and fault.type == "NameError":
        meant = near(missing[1], _of_python(missing[1], fault.source))
    if not meant:
        return _USUAL_CAUSE.get(fault.type, "")
    what = "key" if fault.type == "KeyError" else "name"
    return f"That looks like a typing slip: did you mean the {what} `{meant}`?{_capitals(meant, missing)}"


def _capitals(meant: str, missing: re.Match[str] | None) -> str:
    alike = missing is not None and missing[1].casefold() == meant.casefold()
    return " Capitals count." if alike else ""


def _known_names(item: Item, case: Case) -> Iterator[str]:
    """Names that stand in the stub and its docstring: nothing that a student has to find out."""
    yield from case.argument_names
    for argument in case.arguments:
        if isinstance(argument, dict):
            yield from argument
    yield from item.given_names
    for part in item.parts:
        yield from part.entries


def _of_python(name: str, source: str) -> tuple[str, ...]:
    """What of Python's own a name may stand for: a function only where it is called."""
    called = re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", source)
    return (*_CONSTANTS, *_FUNCTIONS) if called else _CONSTANTS


def _unreadable(fault: Fault, case: Case) -> str:
    """A cell that is no Python."""
    said = (
        f"The cell that defines {case.function} cannot be run, because line {fault.line} of it is no "
        f"Python: `{fault.source}` ({shown.error(fault, case)})."
    )
    word = _reserved_as_name(fault.source)
    if not word:
        return (
            f"{said} Look there and on the line before, for a bracket, a quote, a colon or an indent; "
            "then run the cell again."
        )
    argument = near(word, case.argument_names)
    spelled = f" The argument is spelled `{argument}`." if argument else ""
    return (
        f"{said} `{word}` is a reserved word of Python and cannot be a name.{spelled} Change it, then "
        "run the cell again."
    )


def _reserved_as_name(line: str) -> str:
    """The reserved word without which a line would be Python: another name in its place makes it so."""
    if len(line) > _LONGEST_LINE or _is_python(line):
        return ""
    for word in _RESERVED:
        named = re.sub(rf"\b{word}\b", f"{word}_", line)
        if named != line and _is_python(named):
            return word
    return ""


def _is_python(line: str) -> bool:
    """Whether a line is a statement, or opens a block."""
    text = f"{line} pass" if line.endswith(":") else line
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
