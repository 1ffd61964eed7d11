"""How Sphinx builds these pages; `make docs` calls it.

The pages are Markdown that is read on a Git host as well. So Sphinx starts from the top of the
repository, where a relative link means the same to both, and takes the pages named here. There are
no copies of README.md and its like, and no links to rewrite.

The table of contents is made here too, of the pages that exist: a new page in docs/ is in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent

project = "Regularization, graded"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

# Which pages.
root_doc = "docs/index"
ELSEWHERE = (
    "README",
    "datasets/README",
    "benchmarks/README",
    "tests/hostile/README",
    "CONTRIBUTING",
    "CHANGELOG",
)
include_patterns = ["docs/*.md", *(f"{page}.md" for page in ELSEWHERE)]
# Said for speed: Sphinx would walk through .venv and build as well.
exclude_patterns = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and path.name not in {"docs", *(page.split("/")[0] for page in ELSEWHERE)}
)

#: Parts of the table of contents. A page of docs/ that is in none of them goes to the last.
PARTS = {
    "Overview": ("README",),
    "For students": ("docs/student",),
    "For instructors": (
        "docs/instructor",
        "docs/grading",
        "docs/report",
        "docs/export",
        "docs/similarity",
        "docs/replay",
        "docs/hub",
        "docs/new_assignment",
        "docs/judge",
    ),
    "For operators": (
        "docs/operator",
        "docs/scale",
        "docs/container",
        "docs/security",
        "tests/hostile/README",
    ),
    "For everybody": (
        "docs/troubleshooting",
        "docs/architecture",
        "datasets/README",
        "benchmarks/README",
    ),
    "For contributors": ("CONTRIBUTING", "docs/api", "docs/dependencies", "CHANGELOG"),
}

# How they are read.
myst_heading_anchors = 4
default_role = "code"
highlight_language = "text"
nitpicky = True
autodoc_typehints = "none"  # the signatures have them
autodoc_member_order = "bysource"
autodoc_default_options = {"undoc-members": True}
napoleon_use_ivar = True
# Names in docstrings are written as code, and types in signatures need no page of their own.
nitpick_ignore_regex = [(r"py:.*", r".*")]

# Links to other sites are looked at only where there is a network: `make docs LINKS=all`.
linkcheck_ignore = [] if os.environ.get("LINKS") == "all" else [r"https?://"]
linkcheck_timeout = 20

# How they look: furo brings all that it needs along, so a page asks the network for nothing.
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "to_the_contents.html"}


def _contents() -> str:
    """The table of contents, of the pages that exist."""
    known = {page for pages in PARTS.values() for page in pages} | {root_doc}
    found = sorted(f"docs/{path.stem}" for path in (ROOT / "docs").glob("*.md"))
    others = tuple(page for page in found if page not in known)
    parts = PARTS | {"For contributors": (*PARTS["For contributors"], *others)}
    trees = []
    for caption, pages in parts.items():
        there = [f"/{page}" for page in pages if (ROOT / f"{page}.md").is_file()]
        trees.append(
            "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *there, "```"])
        )
    return "\n\n".join(trees)


def _add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Written by hand, it would be noise on a Git host, and name pages that are not there yet."""
    if page == root_doc:
        source[0] += f"\n{_contents()}\n"


#: Stands for a colon for a while; no text of ours has it.
_COLON = "\ue000"


def _hide_colons(
    _app: Sphinx, what: str, _name: str, _of: Any, _options: Any, lines: list[str]
) -> None:
    """A remark on a field is a sentence. Napoleon would take what stands before its colon for a type."""
    if what == "attribute":
        lines[:] = [line.replace(":", _COLON) for line in lines]


def _show_colons(
    _app: Sphinx, _what: str, _name: str, _of: Any, _options: Any, lines: list[str]
) -> None:
    lines[:] = [line.replace(_COLON, ":") for line in lines]


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_contents)
    app.connect("autodoc-process-docstring", _hide_colons, priority=1)
    app.connect("autodoc-process-docstring", _show_colons, priority=999)
