"""What a student writes in text cells runs nothing in the formgrader, and still reads the same."""

from __future__ import annotations

from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert import HTMLExporter

from grader.harmless import MAX_TEXT, harmless

ACTIVE = [
    "<script>alert(1)</script>",
    "Fine.\n\n<div onclick=alert(1)>\nmore\n</div>",
    "a <img src=x onerror=alert(1)> b",
    "<!-- hidden --> <?php ?> <!DOCTYPE html>",
    "$x <script>alert(1)</script>$ and $$<img src=x onerror=alert(1)>$$",
    "`<script>` and\n\n    <script>alert(1)</script>",
    "[here](javascript:alert(1))",
    "[here](  java\tscript:alert(1))",
    "[here](<javascript:alert(1)>)",
    "[here](&#106;avascript:alert(1)) [here](&amp;#106;avascript:alert(1))",
    "[here](java\\script:alert(1))",
    "[here][1]\n\n[1]: javascript:alert(1)",
    "![p](data:text/html;base64,PHNjcmlwdD4=)",
    "[here](vbscript:x) <javascript:alert(1)>",
]


class _Active(HTMLParser):
    """Collects what could run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "form", "base", "meta"):
            self.found.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            if name.startswith("on") or address.startswith(("javascript:", "vbscript:", "data:")):
                self.found.append(f"{name}={value}")


def _rendered(text: str, kind: str) -> list[str]:
    """What could run in a cell as nbconvert shows it."""
    make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_raw_cell
    notebook = nbformat.v4.new_notebook(cells=[make(text)])
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    parser = _Active()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("text", ACTIVE)
def test_nothing_in_a_text_cell_can_run(text: str, kind: str) -> None:
    """Neither HTML nor a link gets through nbconvert, which the formgrader shows submissions with."""
    assert _rendered(harmless(text), kind) == []


def test_without_it_something_would() -> None:
    """The test above can fail: nbconvert lets scripts and links through."""
    assert _rendered("<script>alert(1)</script>", "markdown") == ["script"]
    assert _rendered("[here](javascript:alert(1))", "markdown") == ["href=javascript:alert(1)"]


@pytest.mark.parametrize(
    "text",
    [
        "For x < 3 and y<4 the cost is a<b; *so* it is $a < b$, and `p <= q`.",
        "[a page](https://example.org/a?b=c) and [another](#below), [mail](mailto:a@example.org)",
        "![mine](attachment:picture.png) and ![theirs](images/field.png)",
        "# Title\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_what_is_no_danger_stays_as_it_is(text: str) -> None:
    """Comparisons, formulas, lists, tables, pictures and ordinary links are not touched."""
    assert harmless(text, ["picture.png"]).replace("\u200b", "") == text
    assert harmless(text, ["picture.png"]).count("\u200b") == text.count("a<b")


@pytest.mark.parametrize(
    "text", ["`D<keep_prob`", "```\nD<keep\n```", "    D<keep", "$D<k$", r"\<img"]
)
def test_code_and_formulas_read_the_same(text: str) -> None:
    """What goes in between is seen by nobody, and no entity stands in anybody's code."""
    assert harmless(text).replace("\u200b", "") == text
    assert "&" not in harmless(text)


@pytest.mark.parametrize("address", ["attachment:gone.png", "attachment:a%20b.png", "attachment:"])
def test_a_picture_that_is_not_there_stops_nobody(address: str) -> None:
    """nbconvert refuses the whole notebook over an attachment that is missing."""
    cell = nbformat.v4.new_markdown_cell(harmless(f"![p]({address})", ["kept.png"]))
    HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert harmless("![p](attachment:kept.png)", ["kept.png"]) == "![p](attachment:kept.png)"


def test_a_text_has_a_longest_length() -> None:
    """nbconvert takes quadratic time over some texts; what is left out is told."""
    text = harmless("\\begin{a}" * 100_000)
    assert len(text) < MAX_TEXT + 100
    assert text.endswith("more characters were handed in)")
