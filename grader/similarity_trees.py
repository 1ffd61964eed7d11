"""Statements as forms: syntax trees written out, with what says nothing left out.

The student's own names are left out, `a * b` is `b * a`, `a > b` is `b < a`, 1. is 1, and the number at a
name's end counts only as the distance from the highest in the statement, so that the same line for three
layers has one form.

The text is hostile: it is parsed and never run. Length of lines and nesting are limited before the parser
sees it, and the walk has a depth of its own.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

#: Longest line and deepest bracket or indentation that go to the parser.
MAX_LINE = 2_000
MAX_NESTING = 60
#: Smallest part of a statement that is compared by itself, in nodes of the tree: `(A3 - Y) / m` has 6.
MIN_NODES = 7
#: Longer keys are cut, with a digest of the whole at their end.
_LONG_KEY = 240

KNOWN = frozenset(dir(builtins)) | set(keyword.kwlist) | {"np", "numpy", "self", "plt"}
_COMMUTE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
_BRACKET = re.compile(r"[(\[{}\])]")


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement, or the head of a compound one."""

    tree: ast.stmt
    #: Its lines, counted from 0; `last` is the one after the last.
    first: int
    last: int


def parsed(lines: list[str]) -> list[Statement] | None:
    """The statements, those inside of others too; None if the text is no Python, or too deep."""
    if _is_too_deep(lines):
        return None
    indented = lines[:1] != [] and lines[0][:1] == " "
    text = "\n".join(lines)
    try:
        body = ast.parse(f"if 1:\n{text}" if indented else text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if indented:
        frame = body[0]
        if len(body) > 1 or not isinstance(frame, ast.If) or frame.orelse:
            return None  # a line further left ended the frame, and belongs to something else
        body = frame.body
    return list(_statements(body, 2 if indented else 1, 0))


def _is_too_deep(lines: list[str]) -> bool:
    depth = 0
    for line in lines:
        if len(line) > MAX_LINE or line.startswith(" " * 4 * MAX_NESTING):
            return True
        for bracket in _BRACKET.findall(line):
            depth += 1 if bracket in "([{" else -1
            if depth > MAX_NESTING:
                return True
    return False


def _statements(body: Iterable[ast.AST], line: int, depth: int) -> Iterator[Statement]:
    """Those in a body whose first line has the number `line`."""
    if depth > MAX_NESTING:
        return
    for part in body:
        inner = [getattr(part, name, None) for name in _BODIES]
        lists = [nodes for nodes in inner if isinstance(nodes, list)]
        if isinstance(part, ast.stmt):
            last = part.end_lineno or part.lineno
            if lists and lists[0] and isinstance(lists[0][0], ast.stmt):
                last = max(part.lineno, lists[0][0].lineno - 1)
            yield Statement(part, part.lineno - line, last - line + 1)
        for nodes in lists:
            yield from _statements(nodes, line, depth + 1)


def short(key: str) -> str:
    """The key itself, or the beginning of a long one with a digest of the whole."""
    if len(key) <= _LONG_KEY:
        return key
    digest = blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"{key[:_LONG_KEY]} {digest}"


class Writer:
    """Writes a statement's form, and collects the forms of its larger parts."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._highest = 0
        #: Forms of the statement and its parts, each once; the own names in it.
        self.keys: dict[str, None] = {}
        self.own: dict[str, None] = {}

    def write(self, statement: ast.stmt) -> None:
        """Write a simple statement, or the head of a compound one."""
        parts = [
            child
            for field, value in ast.iter_fields(statement)
            if field not in _BODIES
            for child in (value if isinstance(value, list) else [value])
        ]
        names = [name for part in parts if isinstance(part, ast.AST) for name in _names(part, 0)]
        numbers = [_number(name) for name in names if name in self._known or name in KNOWN]
        self._highest = max((number for number in numbers if number is not None), default=0)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._name(statement.name)
        written = [self._write(part, 1) for part in parts if isinstance(part, ast.AST)]
        size = 1 + sum(count for _, count in written)
        operator = type(getattr(statement, "op", None)).__name__
        form = f"{type(statement).__name__} {operator}({','.join(text for text, _ in written)})"
        if size >= MIN_NODES:
            self.keys.setdefault(short(form))

    def _name(self, name: str) -> str:
        if name not in self._known and name not in KNOWN:
            self.own.setdefault(name)
            return "_"
        number = _number(name)
        if number is None:
            return name
        return f"{name.rstrip('0123456789')}{number - self._highest:+d}"

    def _write(self, node: ast.AST, depth: int) -> tuple[str, int]:
        """The form of an expression and the number of its nodes."""
        if depth > MAX_NESTING:
            return "…", 1
        if isinstance(node, ast.Name):
            return self._name(node.id), 1
        if isinstance(node, ast.arg):
            return self._name(node.arg), 1
        if isinstance(node, ast.Constant):
            return _constant(node.value), 1
        if isinstance(node, ast.Attribute):
            text, size = self._write(node.value, depth + 1)
            return self._keep(f"{text}.{node.attr}", size + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, _COMMUTE):
            written = sorted(self._write(part, depth + 1) for part in _chain(node))
            return self._joined(type(node.op).__name__, written)
        children = [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.expr_context)]
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            (kind,) = map(type, node.ops)
            sides = [self._write(side, depth + 1) for side in (node.left, *node.comparators)]
            if kind in _TURNED:
                kind, sides = _TURNED[kind], sides[::-1]
            return self._joined(kind.__name__, sides)
        label = node.arg or "**" if isinstance(node, ast.keyword) else type(node).__name__
        return self._joined(label, [self._write(child, depth + 1) for child in children])

    def _joined(self, label: str, written: list[tuple[str, int]]) -> tuple[str, int]:
        size = 1 + sum(count for _, count in written)
        return self._keep(f"{label}({','.join(text for text, _ in written)})", size)

    def _keep(self, text: str, size: int) -> tuple[str, int]:
        text = short(text)
        if size >= MIN_NODES:
            self.keys.setdefault(text)
        return text, size


def _names(node: ast.AST, depth: int) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif depth < MAX_NESTING:
        for child in ast.iter_child_nodes(node):
            yield from _names(child, depth + 1)


def _chain(node: ast.BinOp) -> list[ast.expr]:
    """The operands of `a * b * c`, without descending into itself for each."""
    operator, parts = type(node.op), []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and type(left.op) is operator:
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def _number(name: str) -> int | None:
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits) if digits and len(digits) < 5 else None


def _constant(value: object) -> str:
    if isinstance(value, bool) or value is None or value is Ellipsis:
        return repr(value)
    if isinstance(value, int) and abs(value) >= 1 << 64:
        return "large"  # writing it out can take long, and may be refused
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    if isinstance(value, str | bytes):
        return short(repr(value[:_LONG_KEY]))
    return repr(value)
