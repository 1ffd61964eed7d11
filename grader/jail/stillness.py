"""Whether a notebook's functions are at its end what they were where their test cells stand.

The tests call a function as it is where its test cell stands. To keep that moment for later, the
process is forked there, which costs time. Most students only fill gaps: their cells define
functions and do nothing else, each function once, before its test. Then nothing that comes later
changes what came before, and the functions can just as well be called at the end.

This compiles and looks, and runs nothing. In doubt it says no: a fork more does no harm.
"""

from __future__ import annotations

import ast
import dis
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType

#: Ways to reach names that do not show in the code as names.
_BEHIND_THE_BACK = frozenset(
    {"globals", "locals", "vars", "exec", "eval", "compile", "getattr", "setattr", "delattr"}
    | {"get_ipython"}
    | {"builtins", "sys", "importlib", "inspect", "gc", "os"}
)
#: Instructions that change something outside of the function; a subscript may be its own array's.
_REACHING_OUT = frozenset(
    dis.opmap[name]
    for name in (
        "STORE_GLOBAL",
        "DELETE_GLOBAL",
        "STORE_ATTR",
        "DELETE_ATTR",
        "IMPORT_NAME",
        "MATCH_CLASS",  # takes attributes whose names are nowhere else
    )
)


@dataclass(frozen=True)
class Cell:
    """A cell that is, or could be, the student's."""

    text: str
    #: Names of the functions whose test cells stand before it.
    tested: frozenset[str] = frozenset()


def definitions(
    cells: Iterable[Cell],
    transform: Callable[[str], str],
    filename: Callable[[str], str] = str,
    late: Collection[str] = (),
) -> dict[str, CodeType] | None:
    """The student's cells compiled, by their text, if the notebook is still; None if it is not.

    Still: they only define functions, each once, that leave each other alone; or they are no Python,
    and so do nothing. Cells that show something, be it a warning of the compiler's, are not among the
    compiled.

    Args:
        cells: in their order.
        transform: makes Python of what a notebook allows beyond it.
        filename: what a cell is called in tracebacks.
        late: names that given cells set after the first test cell.
    """
    try:
        return _definitions(cells, transform, filename, late)
    except Exception:  # noqa: BLE001  what IPython or the compiler cannot bear, a fork can
        return None


def _definitions(
    cells: Iterable[Cell],
    transform: Callable[[str], str],
    filename: Callable[[str], str],
    late: Collection[str],
) -> dict[str, CodeType] | None:
    defined: set[str] = set()
    used: set[str] = set()
    compiled: dict[str, CodeType] = {}
    for cell in cells:
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            text, tree = _read(cell.text, transform)
            if tree is None:
                continue
            names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
            if not all(map(_only_defines, tree.body)) or len(set(names)) < len(names):
                return None
            whole = compile(tree, filename(text), "exec", dont_inherit=True)
        # An earlier cell would meanwhile call another function of that name, or a test miss it.
        if not defined.isdisjoint(names) or not used.isdisjoint(names):
            return None
        if not cell.tested.isdisjoint(names):
            return None
        for code in [*_codes(whole)][1:]:
            if not _keeps_to_itself(code):
                return None
            used.update(code.co_names)
        defined.update(names)
        if not complaints and not (tree.body and isinstance(tree.body[-1], ast.Expr)):
            compiled[cell.text] = whole
    # What a given cell sets later, or sets anew, is another thing at the end.
    return compiled if used.isdisjoint(late) and defined.isdisjoint(late) else None


def _read(source: str, transform: Callable[[str], str]) -> tuple[str, ast.Module | None]:
    """A cell as Python, and what it says; None if it is no Python, and Jupyter makes none of it."""
    try:
        return source if source.endswith("\n") else source + "\n", ast.parse(source)
    except SyntaxError:
        python = transform(source)
    try:
        return python, ast.parse(python)
    except SyntaxError:
        return python, None


def _only_defines(statement: ast.stmt) -> bool:
    """A text that stands alone, or a function whose definition runs nothing."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.FunctionDef) or statement.decorator_list or statement.returns:
        return False
    arguments = statement.args
    defaults = [*arguments.defaults, *(value for value in arguments.kw_defaults if value)]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return all(isinstance(default, ast.Constant) for default in defaults) and not any(
        argument.annotation for argument in every
    )


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A piece of code, and all that is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _keeps_to_itself(code: CodeType) -> bool:
    """Whether a function touches no name outside of it, as far as its code tells."""
    names = code.co_names  # global names and attributes: np.random.seed is fine, __globals__ is not
    if not _BEHIND_THE_BACK.isdisjoint(names) or any(name.startswith("__") for name in names):
        return False
    return _REACHING_OUT.isdisjoint(code.co_code[::2])


def stored(codes: Iterable[CodeType]) -> frozenset[str]:
    """The global names that pieces of code set when they are run, functions in them included."""
    return frozenset(
        instruction.argval
        for code in codes
        for piece in _codes(code)
        for instruction in dis.get_instructions(piece)
        if instruction.opname in ("STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL")
    )
