"""The style sheet of a report: its own, and what pages of feedback say of code and of the judge's messages.

Both kinds of page show code in the same way, so there is one place for it: `feedback.css`, in which a
rule is a line. From there are taken the rules of the classes below, and the colours in which they are.
"""

from __future__ import annotations

import re
from pathlib import Path

_TEMPLATES = Path(__file__).with_name("templates")
_RULE = re.compile(r"\.(?:code|own|l|bar|legend|message|for-ears|t-\w+)\b")
_COLOUR = re.compile(r"--(?:own|at|right|partly|keyword|string|number|comment|name): [^;]+;")


def report_style() -> str:
    """The whole style sheet."""
    theirs, own = (
        (_TEMPLATES / f"{name}.css").read_text(encoding="utf-8") for name in ("feedback", "report")
    )
    return shared_rules(theirs) + own


def shared_rules(css: str) -> str:
    """Of a sheet for feedback what a report uses as well."""
    kept = []
    for line in map(str.strip, css.splitlines()):
        selector = line.partition("{")[0]
        if line == "}" or line.startswith("@media") or line == ":root {":
            kept.append(line)
        elif line.startswith("--"):
            kept += _COLOUR.findall(line)
        elif "{" in line and _RULE.search(selector):
            kept.append(line)
    return re.sub(r"[^\n{}]+\{\n\}\n", "", "\n".join(kept) + "\n")
