"""What is told of the names in `faults`: of what can be seen without knowing any formula. Private.

The student reads more than this, about the very line; these are for a report on a whole class.
"""

from __future__ import annotations

from collections.abc import Mapping

from .protocol import MistakeText

FAULT_TEXTS: Mapping[str, MistakeText] = {
    "syntax-error": MistakeText(
        "The cell that defines the function is no Python. Look on the line named and on the one before."
    ),
    "function-not-defined": MistakeText(
        "A function is not defined. Its cell was deleted, renamed, or stopped with an error."
    ),
    "gap-left-empty": MistakeText("A gap is still empty, and the function stops there."),
    "no-end": MistakeText("The function did not come to an end in time. Look for an endless loop."),
    "too-much-memory": MistakeText(
        "The function asked for more memory than there is. Check the shapes."
    ),
    "process-ended": MistakeText(
        "The Python process ended while the function was running.",
        "A call such as exit() or os._exit(), or a crash in compiled code.",
    ),
    "name-not-defined": MistakeText(
        "A name is used before it has a value. Look for a typing slip, or a gap left empty."
    ),
    "types-do-not-fit": MistakeText("A value is not of the kind that the line needs."),
    "shapes-do-not-fit": MistakeText(
        "Shapes or values do not fit together. Print the .shape of each array on the line."
    ),
    "key-not-found": MistakeText(
        "A key is not in the dictionary. Check its spelling against the docstring."
    ),
    "index-out-of-range": MistakeText("An index points past the end of an array or a tuple."),
    "attribute-not-found": MistakeText(
        "An object has no such attribute. Check the spelling, and what kind of object it is."
    ),
    "division-by-zero": MistakeText("Something is divided by zero."),
    "endless-recursion": MistakeText("The function calls itself without an end."),
    "own-assertion-failed": MistakeText("An assertion of the student's own stopped the function."),
    "other-exception": MistakeText("The function stopped with an exception."),
    "return-forgotten": MistakeText(
        "The function returned None. Is the `return` line still there?"
    ),
    "other-kind-of-answer": MistakeText("The function returned something of another kind."),
    "none-left-in": MistakeText("Something is still None. Is a gap still empty?"),
    "entry-missing": MistakeText("An entry is missing from what the function returns."),
    "inputs-changed": MistakeText(
        "The function changes its input. The caller still needs the old values: build a new array.",
        "The item earns a tenth less for it.",
    ),
}
