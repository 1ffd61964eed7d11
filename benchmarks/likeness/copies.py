"""Copies as they are handed in: as they are, or in disguise."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Mapping

Change = Callable[[str], str]

_COMMENT = re.compile(r"[ \t]*(?<!#)#(?!#)(?! GRADED)[^\n#]*$", re.MULTILINE)


def as_it_is(text: str) -> str:
    """Nothing is changed."""
    return text


def comments_changed(text: str) -> str:
    """All comments are worded anew."""
    return _COMMENT.sub("  # see the lecture", text)


def set_anew(text: str) -> str:
    """Comments gone, and blanks, brackets and line ends as a formatter sets them."""
    try:
        return ast.unparse(ast.parse(text))
    except SyntaxError:
        return text


def renamed(text: str) -> str:
    """Every name that the answer binds itself gets another one, those of the template excepted."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    own: dict[str, str] = {}
    for node in ast.walk(tree):
        name = node.arg if isinstance(node, ast.arg) else _bound(node)
        if name and not re.fullmatch(_GIVEN, name) and name not in dir(builtins):
            own.setdefault(name, f"renamed_{'abcdefghijklmnopqrstuvwxyz'[len(own) % 26]}{len(own)}")
    return re.sub(r"(?<![\w.\"'])[^\W\d]\w*", lambda match: own.get(match[0], match[0]), text)


_GIVEN = r"d?[WAZbD][0-3]|[XYm]|lambd|keep_prob|cache|parameters|L2_regularization_cost|cross_entropy_cost"


def _bound(node: ast.AST) -> str:
    """The name that is bound here; empty if none is."""
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else ""


def reordered(text: str) -> str:
    """Neighbouring assignments exchanged wherever neither needs the other."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        place = 0
        while place + 1 < len(body):
            if _exchangeable(body[place], body[place + 1]):
                body[place], body[place + 1] = body[place + 1], body[place]
                place += 1
            place += 1
    return ast.unparse(tree)


def _exchangeable(first: ast.stmt, second: ast.stmt) -> bool:
    if not (isinstance(first, ast.Assign) and isinstance(second, ast.Assign)):
        return False
    if any(
        isinstance(node, ast.Call) and "rand" in ast.unparse(node)
        for s in (first, second)
        for node in ast.walk(s)
    ):
        return False
    bound = [{_bound(n) for n in ast.walk(s)} - {""} for s in (first, second)]
    used = [{n.id for n in ast.walk(s) if isinstance(n, ast.Name)} for s in (first, second)]
    return not (bound[0] & used[1] or bound[1] & used[0])


def everything(text: str) -> str:
    """All of it together."""
    return set_anew(reordered(renamed(text)))


CHANGES: Mapping[str, Change] = {
    "as it is": as_it_is,
    "comments changed": comments_changed,
    "set anew": set_anew,
    "renamed": renamed,
    "reordered": reordered,
    "all of these": everything,
}
