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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import report_figures as pictures
from .report import Report
from .report_statistics import ItemFigures
from .terminal import printable

_TEMPLATES = Path(__file__).with_name("templates")
#: A table of the page has at most so many rows; all of them are in the CSV and JSON files.
ROWS = 200
#: Of what two students share, so much is shown.
SHARED = 8
#: So many mistakes are in the picture, and so many are told at once; the rest is folded.
DRAWN, TOLD = 10, 15
#: Different numbers of points that are listed for an item.
EARNED = 15
#: Below so many students, figures of items are rough.
FEW = 30


def page(report: Report) -> str:
    """The whole page."""
    css = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    names = report.names
    drawn = [one.figures for one in report.mistakes[:DRAWN]]
    moved = report.movement
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters.update(
        points=_points, one=_one, percent=_percent, time=_time, span=_span, reading=reading
    )
    quality = pictures.quality_picture(report.figures, names)
    return environment.get_template("report.html.j2").render(
        r=report,
        names=names,
        css=Markup(css),  # noqa: S704  a file of ours
        csp=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        scores_picture=pictures.scores_picture(report.bars, report.scores, report.max_score),
        items_picture=pictures.items_picture(report.figures, names) if report.run else None,
        quality_picture=quality,
        mistakes_picture=pictures.mistakes_picture(drawn, names) if drawn else None,
        movement_picture=None
        if moved is None or not moved.moved
        else pictures.movement_picture(moved.bars, moved.rose, moved.fell),
        svg=Markup,
        kinds=pictures.KINDS,
        rows=ROWS,
        shared_shown=SHARED,
        told=TOLD,
        earned=EARNED,
        few=FEW,
    )


def _visible(value: Any) -> Any:
    """A text as it may be shown: nothing that hides or turns around what stands beside it."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(map(printable, value.split("\n")))


def _points(value: float | None) -> str:
    """Points, as few digits as they need."""
    return "–" if value is None else f"{round(value, 2) + 0.0:g}"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"


def _time(moment: datetime) -> str:
    """The gradebook's times have no zone, and are UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _span(seconds: float) -> str:
    """A length of time in its two largest units."""
    span = timedelta(seconds=round(seconds))
    hours, rest = divmod(span.seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [(span.days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"


def reading(item: ItemFigures) -> str:
    """What an item's figures say, in a few words."""
    if item.share is None:
        return "no points yet"
    if item.share >= 0.95:
        easy = "nearly everybody has it"
    elif item.share >= 0.75:
        easy = "easy"
    elif item.share >= 0.4:
        easy = "medium"
    else:
        easy = "hard"
    r = item.discrimination
    if r is None:
        return easy
    if r < 0:
        return f"{easy}; weak students do better at it: look at it"
    if r < 0.2:
        return f"{easy}; hardly tells strong from weak"
    return f"{easy}; tells strong from weak" + (" well" if r >= 0.4 else "")
