"""The style sheets of our pages: what all share that show code, and after it each page's own."""

from __future__ import annotations

from pathlib import Path

_TEMPLATES = Path(__file__).with_name("templates")


def page_style(page: str) -> str:
    """The whole style sheet of a page, "feedback" or "report"."""
    sheets = [_TEMPLATES / f"{name}.css" for name in ("code", page)]
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
