"""What may be taken for what: the single slips from which `mutation` makes mutants.

The tables know Python and NumPy, and no assignment. A slip that always gives an error is left out
where that is easy to tell: it would only make the number of mutants look good.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from .mutation_scope import Scope

#: Operator → what is written for it by mistake.
_ARITHMETIC: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.Sub, ast.MatMult, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Add, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.Div, ast.FloorDiv),
    ast.Pow: (ast.Mult, ast.Div),
    ast.MatMult: (ast.Mult, ast.Add),
}
_COMPARISONS: tuple[type[ast.cmpop], ...] = (
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq,
)  # fmt: skip

#: Function or attribute → what is written for it by mistake.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "abs": ("square", "sign"),
    "all": ("any",),
    "any": ("all",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "ceil": ("floor",),
    "cos": ("sin",),
    "dot": ("multiply", "outer", "inner", "add"),
    "exp": ("expm1", "exp2", "log"),
    "floor": ("ceil",),
    "log": ("log1p", "log2", "log10", "exp"),
    "matmul": ("multiply", "inner"),
    "max": ("min", "sum", "mean"),
    "maximum": ("minimum",),
    "mean": ("sum", "median"),
    "min": ("max",),
    "minimum": ("maximum",),
    "multiply": ("dot", "matmul", "add", "divide"),
    "ones": ("zeros",),
    "outer": ("dot",),
    "prod": ("sum",),
    "rand": ("randn",),
    "randn": ("rand",),
    "relu": ("sigmoid",),
    "sigmoid": ("relu",),
    "sin": ("cos",),
    "sqrt": ("square", "abs"),
    "square": ("sqrt", "abs"),
    "std": ("var",),
    "sum": ("mean", "max", "min", "prod"),
    "var": ("std",),
    "zeros": ("ones",),
}
#: Functions that exist without a module before them; `sum` of Python has no `mean` beside it.
_BUILT_IN = frozenset({"abs", "all", "any", "max", "min", "sum", "relu", "sigmoid"})


def statement_changes(node: ast.stmt) -> Iterator[ast.stmt]:
    """What a statement as a whole may be taken for."""
    if isinstance(node, ast.AugAssign):
        yield _like(node, op=ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        for other in _ARITHMETIC.get(type(node.op), ()):
            yield _like(node, op=other())
        yield ast.copy_location(ast.Assign([node.target], node.value), node)
    if isinstance(node, ast.If | ast.While):
        yield _like(node, test=ast.UnaryOp(ast.Not(), node.test))


def expression_changes(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[ast.expr]:
    """What an expression may be taken for.

    Args:
        node: the expression.
        parent: what it is part of.
        scope: what is known there.
    """
    for kind, change in _CHANGES.items():
        if isinstance(node, kind):
            yield from change(node, scope)
    if _is_number_or_array(node, parent):
        if not isinstance(node, ast.Constant):
            yield ast.Attribute(node, "T", ast.Load())
        yield ast.UnaryOp(ast.USub(), node)


def _binary(node: ast.BinOp, _: Scope) -> Iterator[ast.expr]:
    for other in _ARITHMETIC.get(type(node.op), ()):
        yield _like(node, op=other())
    yield node.left
    yield node.right
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield _like(node, left=node.right, right=node.left)
    yield from _regrouped(node)


def _regrouped(node: ast.BinOp) -> Iterator[ast.expr]:
    """Parentheses left out, or put where none belong, unless that changes nothing."""
    left, right = node.left, node.right
    if isinstance(left, ast.BinOp) and not _associative(left.op, node.op):
        inner = ast.BinOp(left.right, node.op, right)
        yield ast.BinOp(left.left, left.op, inner)
    if isinstance(right, ast.BinOp) and not _associative(node.op, right.op):
        inner = ast.BinOp(left, node.op, right.left)
        yield ast.BinOp(inner, right.op, right.right)


def _associative(first: ast.operator, second: ast.operator) -> bool:
    """Whether a first (b second c) is (a first b) second c."""
    if isinstance(first, ast.Add):
        return isinstance(second, ast.Add | ast.Sub)
    return isinstance(first, ast.Mult) and isinstance(second, ast.Mult | ast.Div)


def _unary(node: ast.UnaryOp, _: Scope) -> Iterator[ast.expr]:
    yield node.operand


def _comparison(node: ast.Compare, _: Scope) -> Iterator[ast.expr]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARISONS:
            if isinstance(operator, _COMPARISONS) and not isinstance(operator, other):
                yield _like(node, ops=_replaced(node.ops, place, other()))
    yield node.left


def _boolean(node: ast.BoolOp, _: Scope) -> Iterator[ast.expr]:
    yield _like(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        rest = _without(node.values, place)
        yield _like(node, values=rest) if len(rest) > 1 else rest[0]


def _conditional(node: ast.IfExp, _: Scope) -> Iterator[ast.expr]:
    yield node.body
    yield node.orelse
    yield _like(node, body=node.orelse, orelse=node.body)


def _constant(node: ast.Constant, scope: Scope) -> Iterator[ast.expr]:
    value = node.value
    others: Sequence[Any] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, int):
        others = (0, 1, value + 1, value - 1, 2 * value, value / 2)
    elif isinstance(value, float):
        others = (0.0, 1.0, value + 1, value - 1, 2 * value, value / 2)
    elif isinstance(value, str) and value in scope.keys:
        others = scope.keys
    for other in others:
        if other != value:  # 1 and 1.0 are the same
            yield ast.Constant(other)


def _name(node: ast.Name, scope: Scope) -> Iterator[ast.expr]:
    if node.id in scope.names or isinstance(node.ctx, ast.Store):
        stored = isinstance(node.ctx, ast.Store)
        for other in scope.names:
            matters = not stored or scope.read_later & {node.id, other}
            if other != node.id and matters:
                yield _like(node, id=other)
    elif node.id in _BUILT_IN:
        for other in _NAMES[node.id]:
            if other in _BUILT_IN:
                yield _like(node, id=other)


def _attribute(node: ast.Attribute, _: Scope) -> Iterator[ast.expr]:
    for other in _NAMES.get(node.attr, ()):
        yield _like(node, attr=other)
    if node.attr == "T":
        yield node.value


def _call(node: ast.Call, _: Scope) -> Iterator[ast.expr]:
    for place in range(len(node.keywords)):
        yield _like(node, keywords=_without(node.keywords, place))
    for one, other in combinations(range(len(node.args)), 2):
        yield _like(node, args=_swapped(node.args, one, other))
    for place, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            yield _like(node, args=_replaced(node.args, place, argument.value))
        else:
            yield argument  # the call was forgotten
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield node.func.value


def _sequence(node: ast.Tuple | ast.List, scope: Scope) -> Iterator[ast.expr]:
    for one, other in combinations(range(len(node.elts)), 2):
        names = {getattr(node.elts[place], "id", "") for place in (one, other)}
        if isinstance(node.ctx, ast.Load) or scope.read_later & names:
            yield _like(node, elts=_swapped(node.elts, one, other))
    for place in range(len(node.elts)):
        yield _like(node, elts=_without(node.elts, place))


def _dictionary(node: ast.Dict, _: Scope) -> Iterator[ast.expr]:
    for one, other in combinations(range(len(node.keys)), 2):
        yield _like(node, keys=_swapped(node.keys, one, other))
    for place in range(len(node.keys)):
        yield _like(node, keys=_without(node.keys, place), values=_without(node.values, place))


#: By kind of node.
_CHANGES: Mapping[Any, Any] = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    (ast.Tuple, ast.List): _sequence,
    ast.Dict: _dictionary,
}


def _is_number_or_array(node: ast.expr, parent: ast.AST) -> bool:
    """Whether a minus or a transposition may stand at it, as far as its kind and place tell."""
    if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and node is parent.func):
        return False  # a module, or something whose shape is wanted
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    if isinstance(node, ast.Constant):
        is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return is_number and bool(node.value)
    return isinstance(node, ast.BinOp | ast.Name | ast.Call | ast.Subscript | ast.Attribute)


def _like(node: Any, **fields: Any) -> Any:
    """The same node with other fields; it shares the rest with the old one."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _replaced(values: Sequence[Any], place: int, new: Any) -> list[Any]:
    return [*values[:place], new, *values[place + 1 :]]


def _without(values: Sequence[Any], place: int) -> list[Any]:
    return [*values[:place], *values[place + 1 :]]


def _swapped(values: Sequence[Any], one: int, other: int) -> list[Any]:
    swapped = list(values)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    return swapped
