"""A student's text cells, so that they run nothing where others render them, and stop nobody.

The formgrader shows a submission through nbconvert, which lets HTML in Markdown through, scripts too, and
any link; which stops at a picture that is not there; and which takes longer and longer over long texts. Its
page has the rights of the instructor who opens it. So an invisible sign goes in between what could
begin a tag, and into a link that could run or miss something: the same characters are read, in code and in
formulas too, and they are no markup. What was handed in stays as it is; this is for the autograded copy.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

#: A longer text is cut: it takes nbconvert seconds, and nobody reads it.
MAX_TEXT = 20_000
#: Zero width space: seen by parsers, not by readers.
_BETWEEN = "\u200b"
#: What a tag, a comment or a declaration begins with; and so does an autolink.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
#: Where a link leads to, inline and as a reference; only the address is looked at.
_LINK = re.compile(r"\]([(:])(\s*<?\u200b?)([^\s)>]*)")
#: The signs that browsers skip within the name of a scheme.
_SKIPPED = re.compile(r"[\x00-\x20\\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES = ("http:", "https:", "mailto:")
_ATTACHMENT = "attachment:"


def harmless(text: str, pictures: Collection[str] = ()) -> str:
    """The text without HTML, and without links to anything but pages, addresses and its own pictures.

    Args:
        text: Markdown, or what is shown as it is.
        pictures: the names of the attached pictures that are there.
    """
    if len(text) > MAX_TEXT:
        left = len(text) - MAX_TEXT
        text = f"{text[:MAX_TEXT]}\n\n(cut here; {left:,} more characters were handed in)"

    def checked(link: re.Match[str]) -> str:
        whole: str = link.group()
        return whole if _leads_somewhere(link.group(3), pictures) else f"]{_BETWEEN}{whole[1:]}"

    return _LINK.sub(checked, _TAG.sub(f"<{_BETWEEN}", text))


def _leads_somewhere(address: str, pictures: Collection[str]) -> bool:
    # More than once: `&amp;#106;` is read as `&#106;` by one reader, and as `j` by the next.
    plain = address
    for _ in range(3):
        plain = html.unescape(plain)
    plain = _SKIPPED.sub("", plain)
    scheme = _SCHEME.match(plain)
    if scheme is None or scheme.group().lower() in _SAFE_SCHEMES:
        return True
    return address.startswith(_ATTACHMENT) and address.removeprefix(_ATTACHMENT) in pictures
