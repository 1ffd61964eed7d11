"""What of an answer can be compared with another's: its traits, with the template taken out.

A trait is one thing that the assignment does not fix: a statement's form, a name, a comment, blanks in
odd places, seven words in a row. Statements are compared as forms of their syntax trees
(`similarity_trees`). Only lines that the template does not have are looked at; they are parsed without the
rest where that works, which is faster and shrugs off a syntax error elsewhere.

Answers are hostile text: they are parsed and never run, their length is limited, and what does not parse
or is nested too deeply is read line by line instead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .similarity_trees import KNOWN, MAX_LINE, MIN_NODES, Statement, Writer, parsed, short

Kind = Literal["code", "name", "comment", "spacing", "words"]

#: Longest answer that is read, in characters; the rest is not compared. The longest stub has 3,000.
MAX_CHARACTERS = 20_000
#: So many blanks in odd places make a trait.
MIN_ODD_BLANKS = 3
#: So many words in a row make a trait of a text.
WORDS_IN_A_ROW = 7
#: A sentence without an end is cut after so many words.
_LONG_SENTENCE = 30
_LONG_EXCERPT = 90

#: Strings (closed or not) and comments. Each alternative takes all that it looks at: linear time.
_QUOTED = re.compile(
    r"\"{3}[\s\S]*?(?:\"{3}|\Z)|'{3}[\s\S]*?(?:'{3}|\Z)"
    r"|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|(#[^\n]*)"
)
_WORD = re.compile(r"[^\W_]+")
_KEY_WORD = re.compile(r"\.?\w+")
_NAME = re.compile(r"[^\W\d]\w*")
_SENTENCE = re.compile(r"[^.!?;:\n]+")
#: Blanks where hardly anybody puts them.
_ODD_BLANKS = re.compile(
    r"\w +[,)\]]|[(\[] +\w|\w {2,}[\w=*/+<-]|[=*/+<] {2,}\w|\w[=*/+<] \w|\w [=*/+<]\w|; *|[ \t]+$"
)


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that an answer has."""

    kind: Kind
    #: Equal for equal traits, of all students and functions.
    key: str
    #: Which statement, line or sentence of the answer: what lies in one place counts once.
    place: int
    #: How the student wrote it, for people to read: one line, without control characters.
    excerpt: str


@dataclass(frozen=True)
class Template:
    """What was given out, and so is nobody's own."""

    lines: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


def read_template(code: Iterable[str], prose: Iterable[str] = ()) -> Template:
    """What texts that were given out take away from the comparison."""
    code, prose = list(code), list(prose)
    lines = frozenset(line.strip() for text in code for line in text.split("\n"))
    # The words of docstrings and comments are not names: `mask` in a sentence is free to be a student's own.
    names = frozenset(name for text in code for name in _NAME.findall(_QUOTED.sub(" ", text)))
    bare = Template(names=names)
    keys = {trait.key for text in code for trait in code_traits(text, bare)}
    keys |= {trait.key for text in prose for trait in word_traits(text, Template())}
    return Template(lines, names, frozenset(keys))


def code_traits(text: str, template: Template) -> list[Trait]:
    """The traits of an answer in Python, those of the template left out."""
    lines = text[:MAX_CHARACTERS].expandtabs(4).split("\n")
    own = [bool(line.strip()) and line.strip() not in template.lines for line in lines]
    runs = list(_runs(own))
    found = [trait for first, last in runs for trait in _comments(lines[first:last], first)]
    found += _code(lines, own, runs, template)
    found += _spacing(line for first, last in runs for line in lines[first:last])
    return [trait for trait in found if trait.key not in template.keys]


def _code(
    lines: list[str], own: list[bool], runs: list[tuple[int, int]], template: Template
) -> Iterator[Trait]:
    """The traits of the statements: of the student's lines alone, if they can be parsed without the rest."""
    blocks = [(first, lines[first:last], parsed(lines[first:last])) for first, last in runs]
    if any(statements is None for _, _, statements in blocks):
        whole = parsed(lines)
        if whole is not None:
            for statement in whole:
                if any(own[statement.first : statement.last]):
                    yield from _statement_traits(statement, lines, 0, template)
            return
    for first, block, statements in blocks:
        if statements is None:
            yield from _line_traits(block, first, template)
        for statement in statements or ():
            yield from _statement_traits(statement, block, first, template)


def word_traits(text: str, template: Template) -> list[Trait]:
    """The traits of a written answer: every seven words in a row, those of the template left out."""
    found: list[Trait] = []
    place = 0
    for sentence in _SENTENCE.finditer(text[:MAX_CHARACTERS]):
        words = _WORD.findall(sentence.group().lower())
        for start in range(len(words) - WORDS_IN_A_ROW + 1):
            row = " ".join(words[start : start + WORDS_IN_A_ROW])
            found.append(
                Trait("words", short(row), place + start // _LONG_SENTENCE, row[:_LONG_EXCERPT])
            )
        place += 1 + len(words) // _LONG_SENTENCE
    return [trait for trait in found if trait.key not in template.keys]


def words_of(key: str) -> frozenset[str]:
    """The words in a statement's form: functions, attributes, numbers, kinds of expression."""
    return frozenset(_KEY_WORD.findall(key))


def excerpt(text: str) -> str:
    """A text in one line, cut, without what could disturb a page or a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:1_000]).split())
    return line if len(line) <= _LONG_EXCERPT else line[: _LONG_EXCERPT - 2].rstrip() + " …"


def _runs(own: list[bool]) -> Iterator[tuple[int, int]]:
    """First line and the line after the last, of each run of own lines."""
    start = None
    for number, mine in enumerate([*own, False]):
        if mine and start is None:
            start = number
        elif not mine and start is not None:
            yield start, number
            start = None


def _comments(lines: list[str], first: int) -> Iterator[Trait]:
    block = "\n".join(lines)
    if "#" not in block:
        return
    for match in _QUOTED.finditer(block):
        comment = match.group(1) or ""
        words = [re.sub(r"\d+", "0", word) for word in _WORD.findall(comment.lower())]
        if len(words) < 2 and sum(map(len, words)) < 8:
            continue
        line = first + block.count("\n", 0, match.start())
        yield Trait("comment", short("# " + " ".join(words)), line, excerpt(comment))


def _spacing(lines: Iterable[str]) -> Iterator[Trait]:
    """All blanks in odd places together: they are a habit, so they count once."""
    # What is inside of strings and comments says nothing about how the code is set.
    bare = _QUOTED.sub("s", "\n".join(lines)).split("\n")
    odd = [match.group() for line in bare for match in _ODD_BLANKS.finditer(line.lstrip())]
    if len(odd) >= MIN_ODD_BLANKS:
        key = "blanks " + "|".join(re.sub(r"\w+", "n", place) for place in odd)
        shown = ", ".join(f"`{place}`" for place in odd[:4])
        yield Trait("spacing", short(key), 0, excerpt(shown))


def _statement_traits(
    statement: Statement, lines: list[str], offset: int, template: Template
) -> Iterator[Trait]:
    tree = statement.tree
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return  # a docstring, or a text standing alone
    place = MAX_CHARACTERS * (offset + statement.first) + tree.col_offset
    shown = excerpt("\n".join(lines[statement.first : statement.last]))
    writer = Writer(template.names)
    writer.write(tree)
    for key in writer.keys:
        yield Trait("code", key, place, shown)
    for name in writer.own:
        yield from _name(name, place)


def _name(name: str, place: int) -> Iterator[Trait]:
    stem = re.sub(r"\d+", "", name)
    if len(stem.strip("_")) >= 3:
        yield Trait("name", f"name {short(stem)}", place, excerpt(name))


def _line_traits(lines: list[str], first: int, template: Template) -> Iterator[Trait]:
    """What can be said of text that does not parse: each line's tokens, and the names assigned to."""
    for number, line in enumerate(lines, first):
        place = MAX_CHARACTERS * number
        code = _QUOTED.sub(" ", line[:MAX_LINE])
        tokens = re.findall(r"\w+|[^\w\s]", code)
        known = template.names | KNOWN
        form = [t if not _NAME.fullmatch(t) or t in known else "_" for t in tokens]
        if len(tokens) >= MIN_NODES:
            yield Trait("code", short("line " + " ".join(form)), place, excerpt(line))
        for name in re.findall(r"([^\W\d]\w*)\s*=(?!=)", code):
            if name not in known:
                yield from _name(name, place)


def plain(traits: Iterable[Trait]) -> Mapping[str, Trait]:
    """The traits by key, each where it stands first."""
    found: dict[str, Trait] = {}
    for trait in traits:
        found.setdefault(trait.key, trait)
    return found
