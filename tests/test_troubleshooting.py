"""docs/troubleshooting.md and the messages of the code: each quotes what the other has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "troubleshooting.md"
ROOMS = ("datasets", "grader", "testcases")
#: Begin like a message, and are none of ours.
NO_MESSAGES = (
    "Cannot VERB OBJECT",  # how they are built, told in a docstring
    "Cannot [^",  # a pattern that finds them
    "Cannot cast ufunc",  # NumPy's
)
#: Stands for a name, a path or a cause, on the page as in `_written`.
GAP = "…"


def _written(node: ast.JoinedStr | ast.Constant) -> str:
    """A string as the page would quote it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = (part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
    return re.sub(f"{GAP}+", GAP, "".join(map(str, parts)))


def _strings(file: Path) -> Iterator[str]:
    """All texts of a program, f-strings whole."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (isinstance(node, ast.JoinedStr) or is_text) and id(node) not in inside:
            yield _written(node)


def _of_the_makefile() -> Iterator[str]:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for message in re.findall(r"Cannot [^\"]+", text):
        yield re.sub(r"\$\(\w+\)|\{[^}]*\}", GAP, message)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Every text in the code that a person may read."""
    files = (path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py"))
    ours = (path for path in files if not {"styles", "unseen"} & {*path.parts})  # students' answers
    found = [text for path in ours for text in _strings(path)]
    return [*found, *_of_the_makefile()]


@pytest.fixture(scope="module")
def quoted() -> list[str]:
    """The first column of the page's tables."""
    return re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def _messages(texts: list[str]) -> list[str]:
    """Those that say what cannot be done, from that word on."""
    found = (text[text.find("Cannot ") :] for text in texts if "Cannot " in text)
    return sorted({text for text in found if not text.startswith(NO_MESSAGES)})


def test_every_quoted_message_is_still_in_the_code(texts: list[str], quoted: list[str]) -> None:
    """Nobody looks for the words of a message that was reworded, and finds the old ones."""
    messages = _messages(texts)
    assert len(quoted) > 100
    for words in quoted:
        if words.startswith("Cannot"):
            assert any(message.startswith(words.strip()) for message in messages), words
        else:
            assert any(words.strip(f"{GAP} ") in text for text in texts), words


def test_every_message_is_on_the_page(texts: list[str], quoted: list[str]) -> None:
    """Whoever sees "Cannot ..." on the screen finds its beginning, with what to do."""
    beginnings = tuple(words.strip() for words in quoted if words.startswith("Cannot"))
    missing = [text for text in _messages(texts) if not text.startswith(beginnings)]
    assert not missing, "add to docs/troubleshooting.md:\n" + "\n".join(missing)


def test_no_message_is_told_twice(quoted: list[str]) -> None:
    """One place for a fact."""
    assert len(quoted) == len(set(quoted))
