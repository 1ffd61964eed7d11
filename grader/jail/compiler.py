"""A compiler for cells that remembers those which are the same for everybody.

Half of a notebook's cells are the instructor's. The server compiles them once, before any fork, and
every child finds them compiled.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

from IPython.core.compilerop import CachingCompiler


class RememberingCompiler(CachingCompiler):
    """IPython's compiler. While it is `learning`, it keeps what it compiles."""

    def __init__(self) -> None:
        super().__init__()
        self.learning = False
        self._trees: dict[tuple[str, str, str], ast.AST] = {}
        #: By the identity of a statement in one of the trees, which are kept, so that it stays unique.
        self._codes: dict[tuple[int, str, str], CodeType] = {}

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """The tree of a cell's text."""
        key = (source, filename, symbol)
        tree = self._trees.get(key)
        if tree is None:
            tree = super().ast_parse(source, filename, symbol)
            if self.learning:
                self._trees[key] = tree
        return tree

    def __call__(self, tree: Any, filename: str, symbol: str, *more: Any) -> CodeType:
        """The code of one statement of a cell."""
        statement = tree.body[0] if getattr(tree, "body", None) else tree
        key = (id(statement), filename, symbol)
        code = self._codes.get(key)
        if code is None:
            code = super().__call__(tree, filename, symbol, *more)
            if self.learning:
                self._codes[key] = code
        return code
