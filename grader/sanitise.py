"""What a stranger wrote, made harmless for a page: text, code, Markdown, HTML, pictures, formulas.

Threat model
    Whoever hands in a notebook chooses every byte of its sources and outputs, and the page is read by
    that person, by the teacher, and by whoever they show it to. The page must stay one page (nothing
    swallows or rewrites what follows), run nothing, load nothing and lead nowhere.
    Text is escaped. What is markup goes through nh3, which parses as browsers do and writes anew only
    what is on a short list: no attribute but our own class, no link, no picture, no style. Pictures
    are PNG, taken apart and put together from the few chunks that draw. A content security policy in
    the page forbids the rest once more.

Everything here takes bounded time: what is longer than a limit is cut, or shown as plain text.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import mistune
import nh3
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .formulas import readable_formula

#: Longest text, in characters, that is read as Markdown, HTML or Python; longer ones are shown as they are.
MAX_MARKUP = 20_000
#: Longest text that is shown at all.
MAX_TEXT = 100_000
#: Largest picture, in bytes and in pixels; the widest and highest, in pixels.
MAX_PICTURE_BYTES = 2 * 1024**2
_MAX_PIXELS = 16_000_000
_MAX_SIDE = 8_000

_TAGS = {
    *("p", "br", "hr", "strong", "b", "em", "i", "s", "del", "sub", "sup", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
#: With these goes what is in them: to a reader it is no text.
_GONE = {"script", "style", "template", "iframe", "noscript", "svg", "math", "object", "title"}
#: The one attribute that is left, for what this module itself marks.
_CLASSES = {"code": {"math"}}

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)", re.S
)
#: Controls that draw nothing, and those that turn the direction of the text after them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_PNG = b"\x89PNG\r\n\x1a\n"
#: What a PNG needs to be drawn. Text, times, profiles and animations are left out.
_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def clean_text(text: object) -> str:
    """A text as a terminal would leave it on the screen: no controls, no colours, not too long.

    Args:
        text: a text or, as in notebooks, a list of its pieces; anything else counts as none.
    """
    if isinstance(text, list):
        text = "".join(piece for piece in text if isinstance(piece, str))
    if not isinstance(text, str):
        return ""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + "\n…"
    text = text.encode("utf-8", "replace").decode()
    text = _ESCAPE_SEQUENCE.sub("", text).replace("\r\n", "\n")
    # A progress bar goes back to the start of its line; what it wrote last is what was seen.
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return _INVISIBLE.sub("", "\n".join(lines))


def clean_html(html: str) -> Markup:
    """What of a piece of HTML may stand in a page: text, tables and lists, without attributes."""
    if len(html) > MAX_MARKUP:
        return Markup("<pre>{}</pre>").format(clean_text(html))
    return _clean(clean_text(html))


def _clean(html: str) -> Markup:
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE,
        attributes={},
        allowed_classes=_CLASSES,
        link_rel=None,
        strip_comments=True,
    )
    return Markup(cleaned)  # noqa: S704  this is what makes it safe


def from_markdown(text: str) -> Markup:
    """A text in Markdown, rendered. HTML in it is shown, not obeyed; links and pictures are named."""
    text = clean_text(text)
    if len(text) > MAX_MARKUP:
        return Markup("<pre>{}</pre>").format(text)
    try:
        return _clean(str(_markdown()(text)))
    except RecursionError:  # thousands of brackets in one another
        return Markup("<pre>{}</pre>").format(text)


class _Renderer(mistune.HTMLRenderer):
    """Writes HTML; headings stay below those of the page."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return text if text == escape(url) else f"{text} ({escape(url)})"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>[picture: {text or escape(url)}]</em>"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def inline_math(self, text: str) -> str:
        return _math(text, "$")

    def block_math(self, text: str) -> str:
        return f"<p>{_math(text.strip(), '$$')}</p>\n"


def _math(tex: str, dollars: str) -> str:
    shown = readable_formula(tex)
    if shown is None:
        return f"<code>{escape(f'{dollars}{tex}{dollars}')}</code>"
    return f'<code class="math">{escape(shown)}</code>'


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(
        renderer=_Renderer(escape=True), plugins=["table", "strikethrough", "math"]
    )


def raw_lines(code: str) -> list[str]:
    """The lines of a piece of code, counted as Python counts them, without what is blank at the end.

    What hides in them is still there: to compare them, not to show them.
    """
    code = code.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return code.rstrip().split("\n")


def code_lines(code: str) -> list[str]:
    """The same lines, as they may be shown.

    Nothing that stands in the code is taken for a terminal's command: it would hide a part of it.
    """
    return [_INVISIBLE.sub("", line) for line in raw_lines(code)]


def highlighted(lines: Sequence[str]) -> list[Markup]:
    """The same lines of Python, as `code_lines` gives them, with classes for colours."""
    code = "\n".join(lines)
    if len(code) > MAX_MARKUP:
        return [escape(line) for line in lines]
    # It escapes the code, and closes every tag at the end of the line in which it was opened.
    html = highlight(code, _lexer(), _formatter())
    found = [Markup(line) for line in html.rstrip("\n").split("\n")]  # noqa: S704
    # A line's number must hold whatever the highlighter makes of the code.
    return found if len(found) == len(lines) else [escape(line) for line in lines]


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False)


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True, classprefix="t-")


def picture_address(data: object) -> str | None:
    """The address, with the whole picture in it, of a PNG that a notebook holds in base64; None if it is none."""
    if isinstance(data, list):
        data = "".join(piece for piece in data if isinstance(piece, str))
    if not isinstance(data, str) or len(data) > 2 * MAX_PICTURE_BYTES:
        return None
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    png = clean_png(raw)
    return None if png is None else f"data:image/png;base64,{base64.b64encode(png).decode()}"


def clean_png(raw: bytes) -> bytes | None:
    """A PNG with nothing but what draws it; None if it is damaged, no PNG, or too large.

    Nothing is unpacked here: the size that the header names bounds what a browser unpacks.
    """
    if not raw.startswith(_PNG) or len(raw) > MAX_PICTURE_BYTES:
        return None
    kept, place, kind = [_PNG], len(_PNG), b""
    while place < len(raw):
        length = int.from_bytes(raw[place : place + 4], "big")
        chunk = raw[place : place + length + 12]
        kind, body = chunk[4:8], chunk[8:-4]
        if len(chunk) != length + 12 or zlib.crc32(chunk[4:-4]) != int.from_bytes(
            chunk[-4:], "big"
        ):
            return None
        if (len(kept) == 1) != (kind == b"IHDR") or (kind == b"IHDR" and not _fits(body)):
            return None
        if kind in _CHUNKS:
            kept.append(chunk)
        place += len(chunk)
        if kind == b"IEND":
            return b"".join(kept)
    return None


def _fits(header: bytes) -> bool:
    if len(header) != 13:
        return False
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    return 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE and width * height <= _MAX_PIXELS
