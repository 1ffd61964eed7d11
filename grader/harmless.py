"""A student's text cells, so that they run nothing where others render them.

The formgrader shows a submission through nbconvert, which lets HTML in Markdown through, scripts too, and
any link. Its page has the rights of the instructor who opens it. So what could begin a tag, and where a
link could run something, is written in a way that shows the same characters and is no markup. What was
handed in stays as it is; this is for the autograded copy.
"""

from __future__ import annotations

import html
import re

#: What a tag, a comment or a declaration begins with; and so does an autolink.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
#: Where a link leads to, inline and as a reference; only the address is looked at.
_LINK = re.compile(r"\]([(:])(\s*<?)([^\s)>]*)")
#: The signs that browsers skip within the name of a scheme.
_SKIPPED = re.compile(r"[\x00-\x20\\]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "attachment:")


def harmless(text: str) -> str:
    """The text without HTML, and without links to anything but pages, addresses and pictures."""
    return _LINK.sub(_checked, _TAG.sub("&lt;", text))


def _checked(link: re.Match[str]) -> str:
    # More than once: `&amp;#106;` is read as `&#106;` by one reader, and as `j` by the next.
    address = link.group(3)
    for _ in range(3):
        address = html.unescape(address)
    scheme = _SCHEME.match(_SKIPPED.sub("", address))
    if scheme is None or scheme.group().lower() in _SAFE_SCHEMES:
        return link.group()
    return f"]\\{link.group(1)}{link.group(2)}{link.group(3)}"
