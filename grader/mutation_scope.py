"""Which names of a function may be taken for each other at some place in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


@dataclass(frozen=True)
class Scope:
    """What can be taken for each other at some place in a function."""

    #: Arguments and variables known by then, in the order of their coming.
    names: tuple[str, ...]
    #: The keys that the function uses anywhere, sorted.
    keys: tuple[str, ...]
    #: What is read after this statement. Names that nobody reads may be swapped at will.
    read_later: frozenset[str] = frozenset()

    @classmethod
    def of_arguments(cls, function: ast.FunctionDef) -> Scope:
        """At the beginning of the function."""
        arguments = function.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        keys = {
            node.slice.value
            for node in ast.walk(function)
            if isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        }
        return cls(tuple(argument.arg for argument in given), tuple(sorted(keys)))

    def with_stored_in(self, statement: ast.stmt) -> Scope:
        """After a statement."""
        inner = {
            id(node)
            for part in ast.walk(statement)
            if isinstance(part, _COMPREHENSIONS)
            for node in ast.walk(part)
        }
        nodes = (node for node in ast.walk(statement) if id(node) not in inner)
        return self._with(nodes)

    def with_comprehension(self, node: ast.AST) -> Scope:
        """Inside of `node`, which brings names of its own if it is a comprehension."""
        if not isinstance(node, _COMPREHENSIONS):
            return self
        return self._with(part for each in node.generators for part in ast.walk(each.target))

    def _with(self, nodes: Iterable[ast.AST]) -> Scope:
        stored = [
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        return replace(self, names=tuple(dict.fromkeys([*self.names, *stored])))

    def at(self, statement: ast.stmt, function: ast.FunctionDef) -> Scope:
        """At a statement of the function."""
        last = statement.end_lineno or statement.lineno
        loops = [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.For | ast.While) and statement in ast.walk(node)
        ]
        first = min((loop.lineno for loop in loops), default=last + 1)
        read = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.lineno >= first
        }
        return replace(self, read_later=frozenset(read))
