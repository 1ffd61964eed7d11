"""The documentation: links lead somewhere, commands parse, files exist, examples are right, and it builds."""

from __future__ import annotations

import argparse
import contextlib
import doctest
import importlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli import _parser

from .conftest import REPOSITORY

#: What is searched for Markdown: not .venv and not build, which may be large and are not ours.
PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / "datasets").rglob("*.md"),
        *(REPOSITORY / "benchmarks").rglob("*.md"),
        *(REPOSITORY / "tests").rglob("*.md"),
    ]
)
MODULES = sorted(
    path
    for room in ("datasets", "grader", "testcases")
    for path in (REPOSITORY / room).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
    and "styles" not in path.parts
    and path.name not in {"replay_bundle.py", "replay_look.py"}  # in a bundle: test_replay.py
)
#: A fenced block: its language, and what is in it.
_FENCE = re.compile(r"^( *)```(\S*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
#: What a path in backticks may be relative to, beside its page's folder.
BASES = (REPOSITORY, REPOSITORY / "tests", REPOSITORY / "testcases" / "regularization")


def _id(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", _text(page))


def _anchors(page: Path) -> set[str]:
    """What a Git host calls the headings of a page."""
    found: list[str] = []
    for heading in re.findall(r"^#+ +(.+?) *$", _prose(page), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.append(f"{name}-{found.count(name)}" if name in found else name)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file that exists, and an anchor a heading of it; pictures have a text."""
    for picture, text, target in _LINK.findall(_prose(page)):
        assert not picture or len(text) > 20, f"{target} has no text for who cannot see it"
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_relative_to(REPOSITORY), target
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def _commands(page: Path) -> Iterator[list[str]]:
    """The arguments of each `grader` that a page's console blocks show."""
    for _, language, block in _FENCE.findall(_text(page)):
        if language != "console":
            continue
        for line in re.findall(r"^\$ (.+)$", block, re.MULTILINE):
            words = shlex.split(line, comments=True)
            starts = [i for i, word in enumerate(words) if i == 0 or words[i - 1] == "&&"]
            for command in (words[start:] for start in starts if words[start] == "grader"):
                stop = (i for i, word in enumerate(command) if word in {"&&", "|", ";", ">", "2>"})
                yield command[1 : next(stop, len(command))]


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_command_shown_parses(page: Path) -> None:
    """Who copies a command from the documentation is not told that it is wrong usage."""
    for arguments in _commands(page):
        said, code = io.StringIO(), 0
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                _parser().parse_args(arguments)
        except SystemExit as end:
            code = end.code
        assert code == 0, f"grader {shlex.join(arguments)}: {said.getvalue()}"


def _options() -> dict[str, set[str]]:
    """The commands of the command line, and the options of each."""
    for action in _parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {
                name: {option for each in sub._actions for option in each.option_strings}
                for name, sub in action.choices.items()
            }
    raise AssertionError("the command line has no commands")


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_command_in_a_sentence_exists(page: Path) -> None:
    """A command or an option that is mentioned in passing is not one that was renamed."""
    options = _options()
    for code in _CODE.findall(_prose(page)):
        words = code.split()
        if words[0] == "grader" and len(words) > 1 and words[1].islower():
            if words[1].startswith("-"):
                continue
            assert words[1] in options, code
            given = {word.split("=")[0] for word in words[2:] if word.startswith("-")}
            assert given <= options[words[1]], code


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_file_that_is_named_exists(page: Path) -> None:
    """A path in backticks that begins with a folder of the project is there, stars included."""
    bases = (*BASES, page.parent)
    for code in _CODE.findall(_prose(page)):
        if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+/?|test_\w+\.py", code):
            continue
        first, *others = code.rstrip("/").split("/")
        if any(part.isupper() for part in others) or first in {
            "submitted",
            "autograded",
            "feedback",
        }:
            continue  # a pattern for names to come, or made by grading
        homes = [base for base in bases if (base / first).exists()]
        if first.startswith("test_"):
            homes = [REPOSITORY / "tests"]
        assert not homes or any(list(home.glob(code.rstrip("/"))) for home in homes), code


@pytest.mark.parametrize("module", MODULES, ids=_id)
def test_the_examples_in_docstrings_are_right(module: Path) -> None:
    """What a docstring shows is what comes out."""
    name = ".".join(module.relative_to(REPOSITORY).with_suffix("").parts)
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_the_examples_on_the_pages_are_right(page: Path) -> None:
    """So is what a page shows in a block of the kind `pycon`."""
    blocks = [block for _, kind, block in _FENCE.findall(_text(page)) if kind == "pycon"]
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, _id(page), _id(page), 0)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_there_are_examples() -> None:
    """The tests above do not pass because they find nothing."""
    assert len(MODULES) >= 3
    assert sum(len(list(_commands(page))) for page in PAGES) > 10
    assert any(kind == "pycon" for page in PAGES for _, kind, _ in _FENCE.findall(_text(page)))


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_asks_nobody(tmp_path: Path) -> None:
    """Sphinx finds nothing to complain of, every page is in it, and none loads anything from elsewhere."""
    pytest.importorskip("sphinx", reason="Sphinx is not installed: make setup")
    pytest.importorskip("furo", reason="the theme furo is not installed: make setup")
    site = tmp_path / "html"
    command = [sys.executable, "-m", "sphinx", "-c", "docs", "-b", "html", "-W", "--keep-going"]
    done = subprocess.run(
        [*command, "-n", "-q", "-d", str(tmp_path / "trees"), ".", str(site)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for page in PAGES:
        assert (site / page.relative_to(REPOSITORY)).with_suffix(".html").is_file(), page
    assert (site / "index.html").is_file()
    for page in site.rglob("*.html"):
        tags = re.findall(r"<(?:script|img|link|iframe|source)\b[^>]*>", _text(page))
        loaded = [link for tag in tags for link in re.findall(r'(?:src|href)="([^"]*)"', tag)]
        assert not [link for link in loaded if re.match(r"(?:https?:)?//", link)], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", _text(style)), style
