"""Whether a notebook's functions are at its end what they were where their test cells stand.

The tests call a function as it is where its test cell stands. To keep that moment for later, the
process is forked there, which costs time. Most students only fill gaps: their cells define
functions and do nothing else, each function once. Then nothing that comes later changes what came
before, and the functions can just as well be called at the end.

This looks at text only, and in doubt says no: a fork more does no harm.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable

#: Ways to reach names that do not show in the text as names.
_BEHIND_THE_BACK = frozenset(
    {"globals", "locals", "vars", "exec", "eval", "compile", "setattr", "delattr", "get_ipython"}
    | {"__import__", "__builtins__", "builtins", "sys", "importlib", "inspect", "gc", "os"}
)


def is_still(sources: Iterable[str]) -> bool:
    """Whether the student's cells only define functions, each once, that leave each other alone."""
    defined: set[str] = set()
    used: set[str] = set()
    for source in sources:
        tree = _tree(source)
        if tree is None:
            return False
        before = frozenset(used)
        used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for statement in tree.body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a text that stands alone
            if not isinstance(statement, ast.FunctionDef) or statement.name in defined:
                return False
            if statement.name in before or not _is_plain(statement):
                return False
            defined.add(statement.name)
    return True


def _tree(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether defining and calling it touches no name outside of it, as far as its text tells."""
    if function.decorator_list:
        return False
    arguments = function.args
    defaults = [*arguments.defaults, *(value for value in arguments.kw_defaults if value)]
    if not all(isinstance(default, ast.Constant) for default in defaults):
        return False
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom):
            return False
        if isinstance(node, ast.Name) and node.id in _BEHIND_THE_BACK:
            return False
        # np.random.seed(1) is fine; np.random = ..., or a way through __globals__, is not.
        if isinstance(node, ast.Attribute) and (
            not isinstance(node.ctx, ast.Load) or node.attr.startswith("__")
        ):
            return False
    return True
