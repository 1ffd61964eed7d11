"""The report as one HTML page that needs nothing else: no script, no network, no file beside it.

Threat model: names, notes, messages and code are written by students, and the page is read by somebody
who may see everything. So every text is escaped by the template engine; the only markup that goes in
unescaped is our own CSS and our own pictures, in which nothing of a student's stands. Should anything
slip through all the same, the page's content security policy forbids scripts, requests, forms and every
style but the one that is named by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from . import report_figures as pictures
from . import report_sentences as sentences
from . import words
from .feedback_lines import runs
from .page_style import page_style
from .report import Card, Report
from .report_item_figures import KINDS, items_picture, quality_picture
from .report_statistics import FEWEST
from .terminal import printable

_TEMPLATES = Path(__file__).with_name("templates")
#: A table of the page has at most so many rows; all of them are in the CSV and JSON files.
ROWS = 200
#: A longer one is folded away, where it is not the only thing that a section tells.
OPEN_ROWS = 12
#: Of what two students share, so much is shown.
SHARED = 8
#: So many mistakes are in the picture at most; so many are told at once at most, and at least.
DRAWN, TOLD, ANYWAY = 10, 12, 5
#: Different numbers of points that are listed for an item.
EARNED = 15


def page(report: Report) -> str:
    """The whole page."""
    css = page_style("report")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    told = _told(report.cards)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    functions = {name for item in report.items for name in item.functions}
    shown = {item.grade_id: _named(item.name, functions) for item in report.items}
    environment.filters.update(
        points=words.points,
        percent=words.percent,
        coefficient=words.coefficient,
        time=words.moment,
        span=words.span,
        words=words.readable,
        # An item of an earlier grading may be gone.
        item=lambda grade_id: shown.get(grade_id) or _code(grade_id),
        coded_name=_code,
        prose=lambda text: _prose(text, functions),
        coded=_coded,
    )
    return environment.get_template(
        "report.html.j2"
    ).render(
        r=report,
        css=Markup(css),  # noqa: S704  a file of ours
        csp=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        say=sentences,
        runs=runs,
        counted=words.counted,
        svg=Markup,
        kinds=KINDS,
        rows=ROWS,
        open_rows=OPEN_ROWS,
        shared_shown=SHARED,
        told=told,
        rest=report.cards[len(told) :],
        untouched=[one for one in report.carried if one.untouched],
        earned=EARNED,
        fewest=FEWEST,
        **_pictures(report, told),
    )


def _told(cards: Sequence[Card]) -> Sequence[Card]:
    """The mistakes that are told at once: those of several students, and a few in any case."""
    common = sum(card.figures.count > 1 for card in cards)
    return cards[: min(TOLD, max(common, ANYWAY))]


def _pictures(report: Report, told: Sequence[Card]) -> dict[str, pictures.Picture | None]:
    """The pictures; None where a sentence says it all."""
    names, moved, scores = report.names, report.movement, report.scores
    drawn = [card.figures for card in told][:DRAWN]
    large = scores is not None and scores.count > sentences.SINGLE
    return {
        "scores_picture": pictures.scores_picture(report.bars, scores, report.max_score)
        if scores is not None and large
        else None,
        "items_picture": items_picture(report.figures, names) if report.run else None,
        "quality_picture": quality_picture(report.figures, names),
        # Bars that are all of length one say nothing.
        "mistakes_picture": pictures.mistakes_picture(drawn, names)
        if drawn and drawn[0].count > 1
        else None,
        "movement_picture": None
        if moved is None or not moved.moved
        else pictures.movement_picture(moved.bars, moved.rose, moved.fell),
    }


def _code(name: str) -> Markup:
    """A name in the font of code, which may break after an underscore and nowhere else."""
    parts = printable(name).split("_")
    return Markup("<code>{}</code>").format(Markup("_<wbr>").join(parts))


def _named(name: str, functions: Collection[str]) -> Markup:
    return _code(name) if name in functions else escape(printable(name))


def _prose(text: str, functions: Collection[str]) -> Markup:
    """A sentence of ours: functions in the font of code, quotation marks as printed."""
    parts = re.split(r"(\w+)", re.sub('"([^"]*)"', "“\\1”", text))
    return Markup("").join(_named(part, functions) for part in parts)


def _coded(text: str) -> Markup:
    """A text in which backquotes stand around code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one of them is no quote
        return escape(printable(text))
    return Markup("").join(
        _code(part) if number % 2 else escape(printable(part)) for number, part in enumerate(parts)
    )


def _visible(value: Any) -> Any:
    """A text as it may be shown: nothing that hides or turns around what stands beside it."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(map(printable, value.split("\n")))
