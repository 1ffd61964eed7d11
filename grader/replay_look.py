"""Look at the cases of a replayed submission. Needs Python and NumPy, nothing else.

This file lies in every bundle of `grader replay STUDENT --bundle FILE.zip`, as look.py, and reads what
lies beside it. Nothing of the student's is run.

    python look.py              every case, and which entries differ
    python look.py ITEM CASE    one case: given, expected, returned

    >>> import look
    >>> case = look.load("ITEM", "CASE")
    >>> case.arguments, case.expected, case.returned
    >>> look.call(the_function, case)
"""

from __future__ import annotations

import copy
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

HERE = Path(__file__).resolve().parent


class Case(NamedTuple):
    """One case, as it was given and as it came back."""

    #: As they were passed to the graded function, in order.
    arguments: tuple[Any, ...]
    #: Name of an entry → the array that is right.
    expected: dict[str, np.ndarray]
    #: Name of an entry → what came back; something else if that has no entries; None if nothing did.
    returned: Any
    #: The rest of what cases.json says on it.
    about: dict[str, Any]


def value(tree: dict[str, Any], folder: Path = HERE) -> Any:
    """What a tree of cases.json stands for.

    Raises:
        ValueError: it is no such tree.
    """
    [(kind, content)] = tree.items()
    if kind == "npy":
        return np.load(folder / content, allow_pickle=False)
    if kind == "tuple":
        return tuple(value(element, folder) for element in content)
    if kind == "dict":
        return {key: value(element, folder) for key, element in content.items()}
    if kind == "float":
        return float(content)
    if kind == "int":
        return int(content, 16)
    if kind == "value":
        return content
    if kind == "opaque":
        return f"<{content}>"
    raise ValueError(
        f"Cannot read a value of kind {kind!r}: cases.json is damaged. Unpack it anew."
    )


def index(folder: Path = HERE) -> dict[str, Any]:
    """All that cases.json says."""
    content: dict[str, Any] = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    return content


def load(item: str, case: str, folder: Path = HERE) -> Case:
    """A case by its item's grade_id and its own name.

    Raises:
        KeyError: there is no such case.
    """
    for about in index(folder)["cases"]:
        if (about["item"], about["name"]) == (item, case):
            arguments, expected, returned = (
                value(about[key], folder) for key in ("arguments", "expected", "returned")
            )
            return Case(arguments, expected, returned, about)
    raise KeyError(f"no case {case!r} of {item!r}; cases.json lists all")


def call(function: Callable[..., Any], case: Case, folder: Path = HERE) -> Any:
    """What a function returns on a case, called as the grader calls it.

    It gets copies of the arguments, and the random stream that every call begins with.
    """
    np.random.seed(index(folder)["random_seed"])
    return function(*copy.deepcopy(case.arguments))


def differing(case: Case, tolerance: dict[str, float]) -> list[str]:
    """The expected entries that did not come back as they should, computed anew from the arrays."""
    found = []
    for name, want in case.expected.items():
        got = case.returned.get(name) if isinstance(case.returned, dict) else None
        if not _agree(want, got, tolerance):
            found.append(name)
    return found


def _agree(want: np.ndarray, got: Any, tolerance: dict[str, float]) -> bool:
    try:
        array = np.asarray(got, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return False
    if array.shape != want.shape and not (want.ndim == 0 and array.size == 1):
        return False
    expected = np.asarray(want, dtype=float)
    with np.errstate(all="ignore"):
        gap = np.abs(array.reshape(want.shape) - expected)
        bound = tolerance["absolute"] + tolerance["relative"] * np.abs(expected)
        return bool((gap <= bound).all())


def _main(arguments: list[str]) -> int:
    everything = index()
    known = {(about["item"], about["name"]) for about in everything["cases"]}
    if arguments and tuple(arguments) not in known:
        print(
            f"Cannot show {' '.join(arguments)}: no case is called that. To see the names of all, run: "
            "python look.py",
            file=sys.stderr,
        )
        return 2
    for about in everything["cases"]:
        if arguments and arguments != [about["item"], about["name"]]:
            continue
        case = load(about["item"], about["name"])
        wrong = differing(case, everything["tolerance"])
        outcome = (
            about["outcome"] if about["outcome"] != "returned" else ", ".join(wrong) or "right"
        )
        print(f"{about['item']}  {about['name']}  {outcome}")
        if arguments:
            for name, argument in zip(about["argument_names"], case.arguments, strict=True):
                print(f"\ngiven {name}:\n{argument!r}")
            for title, what in (("expected", case.expected), ("returned", case.returned)):
                print(f"\n{title}:\n{what!r}")
    return 0


if __name__ == "__main__":
    try:
        code = _main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
