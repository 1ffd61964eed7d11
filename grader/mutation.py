"""Small mistakes, made on purpose: every single-step change of a solution, to try the judge with.

A mutant is the solution with one token, one operator or one statement changed, as a student's slip
would change it. Whatever the judge then calls right is either as right as the solution, or a hole in
the judge. What is changed into what is told in `mutation_changes`; here the changes are made. Knows
nothing of any one assignment.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from .mutation_changes import expression_changes, statement_changes
from .mutation_scope import Scope

#: What stands in a change's description for a statement that is gone.
DELETED = "(deleted)"
#: Between what was and what came.
ARROW = " → "

#: Fields of a statement that hold other statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers")


class NoFunctionError(ValueError):
    """The source does not define the function whose mutants are wanted."""


@dataclass(frozen=True)
class Mutant:
    """A solution with one thing changed."""

    #: The function's name and a digest of the changed text: the same as long as that is the same.
    name: str
    function: str
    #: Line of the change in the cell, from 1.
    line: int
    #: The statement in which it is, as Python writes it; of one with a block, its first line.
    statement: str
    #: What was changed into what, such as "x / m → x * m".
    change: str
    #: The whole changed function.
    source: str

    @property
    def description(self) -> str:
        """Where, and what."""
        return f"line {self.line}: `{'` → `'.join(self.change.split(ARROW))}`"


def mutants_of(source: str, function: str, lines: Collection[int] | None = None) -> list[Mutant]:
    """Every mutant of a function, in the order of the lines; no two have the same text.

    Args:
        source: the text of the cell.
        function: the name of the function in it.
        lines: only changes in these lines of the cell, from 1; None for all.

    Raises:
        NoFunctionError: the text is no Python, or does not define the function at its top level.
    """
    root = _definition(source, function)
    known = {ast.unparse(root)}
    found = []
    for statement, scope in _statements(root, "body", Scope.of_arguments(root)):
        for site, new in _changes(statement, scope.at(statement.node, root)):
            line = getattr(site.node, "lineno", statement.node.lineno)
            if lines is not None and line not in lines:
                continue
            site.put(new)
            text = ast.unparse(root)
            site.put(site.node)
            if text in known:
                continue
            known.add(text)
            digest = hashlib.sha256(text.encode()).hexdigest()[:8]
            after = DELETED if isinstance(new, ast.Pass) else _head(new)
            change = f"{_head(site.node)}{ARROW}{after}"
            name, whole = f"{function}-{digest}", _head(statement.node)
            found.append(Mutant(name, function, line, whole, change, text))
    return found


def _definition(source: str, function: str) -> ast.FunctionDef:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NoFunctionError(
            f"Cannot change {function}: its cell is no Python (line {error.lineno}: {error.msg})."
        ) from error
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return node
    raise NoFunctionError(f"Cannot change {function}: its cell does not define it.")


@dataclass(frozen=True)
class _Site:
    """A node, and where in its parent it stands."""

    node: Any
    parent: ast.AST
    field: str
    #: Where the field is a list.
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Let another node stand there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def _statements(parent: ast.AST, field: str, scope: Scope) -> Iterator[tuple[_Site, Scope]]:
    """The statements of a block and of the blocks in it, each with the names known by then."""
    for index, node in enumerate(getattr(parent, field)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        yield _Site(node, parent, field, index), scope
        scope = scope.with_stored_in(node)
        for block in _BLOCKS:
            if isinstance(getattr(node, block, None), list):
                yield from _statements(node, block, scope)


def _changes(statement: _Site, scope: Scope) -> Iterator[tuple[_Site, ast.AST]]:
    """Where in a statement what may stand instead."""
    if not any(hasattr(statement.node, block) for block in _BLOCKS):
        yield statement, ast.Pass()
    for other in statement_changes(statement.node):
        yield statement, other
    for site, names in _expressions(statement.node, scope):
        for changed in expression_changes(site.node, site.parent, names):
            yield site, changed


def _expressions(node: ast.AST, scope: Scope) -> Iterator[tuple[_Site, Scope]]:
    """The expressions in a statement, outer ones first; not those of the blocks in it."""
    scope = scope.with_comprehension(node)
    for field, value in ast.iter_fields(node):
        if field in _BLOCKS or field == "decorator_list":
            continue
        listed = isinstance(value, list)
        for index, child in enumerate(value if listed else [value]):
            if isinstance(child, ast.expr):
                yield _Site(child, node, field, index if listed else None), scope
            if isinstance(child, ast.AST):
                yield from _expressions(child, scope)


def _head(node: ast.AST) -> str:
    """A node's text; of a statement with blocks, only its first line."""
    text = ast.unparse(node)
    is_block = isinstance(node, ast.stmt) and any(hasattr(node, block) for block in _BLOCKS)
    return text.split("\n")[0] if is_block else text
