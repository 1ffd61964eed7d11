"""The pictures of a report that have a row for each item."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .report_canvas import NARROW, Picture, make_picture
from .report_sheet import DIGIT, LINE, SMALL, blank_sheet, piece, spread
from .report_statistics import ItemFigures
from .svg import INKS
from .words import coefficient, counted, percent

#: What students came to at an item: attribute of `ItemFigures`, words, hatch.
KINDS = (
    ("full", "all points", ""),
    ("some", "some points", "//"),
    ("wrong", "no points: not right", "xx"),
    ("stopped", "no points: error, time or memory", "\\\\"),
    ("untouched", "no points: left as handed out", "--"),
    ("waiting", "waits for a person", "||"),
)
#: Inches: margins, the height of a bar, and the side of a square of its colour.
_LEFT, _RIGHT, _BAR, _SWATCH = 0.06, 0.22, 0.27, 0.11


def items_picture(items: Sequence[ItemFigures], names: Mapping[str, str]) -> Picture:
    """For each item, how many earned what: a bar in pieces, each with its number."""
    told = [
        f"{names[item.grade_id]}: "
        + (", ".join(f"{getattr(item, k)} {words}" for k, words, _ in KINDS if getattr(item, k)))
        for item in items
    ]
    settled = [item for item in items if item.counted and not item.waiting]
    lead = ""
    if len(settled) > 1:
        best, worst = (choose(settled, key=lambda item: item.full) for choose in (max, min))
        lead = (
            f"All points were earned most often at {names[best.grade_id]}, by {best.full}, and least "
            f"often at {names[worst.grade_id]}, by {worst.full}. "
        )
    alt = f"{lead}Bars in pieces, one for each item, with numbers of students. {'; '.join(told)}."
    kinds = [kind for kind in KINDS if any(getattr(item, kind[0]) for item in items)]

    def draw(width: float) -> Figure:
        columns = 2 if width > NARROW else 1
        legend = 0.25 * -(-len(kinds) // columns) + 0.1
        inner = width - _LEFT - _RIGHT
        rows = [_pieces(item, kinds, inner) for item in items]
        below = any(not one.inside for row in rows for one in row)
        step = 0.6 + (LINE if below else 0)
        end = legend + step * len(items)
        figure, axes = blank_sheet(width, end + 0.3)
        _legend(axes, kinds, columns, width)
        for share in (0, 0.25, 0.5, 0.75, 1):
            x = _LEFT + share * inner
            axes.plot([x, x], [end - 0.04, end + 0.03], color=INKS["muted"], lw=0.8)
            side = "left" if share == 0 else "center"
            axes.text(
                x, end + 0.06, percent(share), ha=side, va="top", color=INKS["muted"], size=SMALL
            )
        for number, (item, row) in enumerate(zip(items, rows, strict=True)):
            _item_row(axes, legend + step * number, names[item.grade_id], row, inner)
        return figure

    return make_picture("items", alt, draw)


@dataclass(frozen=True)
class _Piece:
    """One piece of a bar; inches from where the bar begins."""

    kind: str
    hatch: str
    number: str
    start: float
    width: float

    @property
    def inside(self) -> bool:
        """Whether its number has room in it."""
        return self.width >= DIGIT * len(self.number) + 0.14


def _pieces(item: ItemFigures, kinds: Sequence[tuple[str, str, str]], inner: float) -> list[_Piece]:
    total = max(1, item.counted + item.waiting)
    found, start = [], 0.0
    for kind, _, hatch in kinds:
        number = getattr(item, kind)
        if number:
            width = inner * number / total
            found.append(_Piece(kind, hatch, f"{number}", start, width))
            start += width
    return found


def _item_row(axes: Axes, y: float, name: str, row: Sequence[_Piece], inner: float) -> None:
    """Its name, the bar, and below it the numbers that have no room in their pieces."""
    axes.text(_LEFT, y + 0.17, name, color=INKS["ink"])
    top = y + 0.24
    for one in row:
        piece(axes, _LEFT + one.start, top, one.width, _BAR, one.kind, one.hatch)
        if one.inside:
            axes.text(
                _LEFT + one.start + one.width / 2,
                top + _BAR / 2,
                one.number,
                ha="center",
                va="center_baseline",
                color=INKS["ink"],
                bbox={"facecolor": INKS["paper"], "edgecolor": "none", "pad": 1.5},
            )
    narrow = [one for one in row if not one.inside]
    centres = [_LEFT + one.start + one.width / 2 for one in narrow]
    widths = [DIGIT * len(one.number) + _SWATCH + 0.16 for one in narrow]
    places = spread(centres, widths, 0, _LEFT + inner + _RIGHT)
    foot = top + _BAR
    for one, centre, place in zip(narrow, centres, places, strict=True):
        axes.plot([centre, place], [foot, foot + 0.08], color=INKS["muted"], lw=0.8)
        # The colour once more: a piece of one student in thousands is too thin to show it.
        start = place - (_SWATCH + 0.04 + DIGIT * len(one.number)) / 2
        piece(axes, start, foot + 0.11, _SWATCH, _SWATCH, one.kind, one.hatch)
        axes.text(
            start + _SWATCH + 0.04,
            foot + 0.11 + _SWATCH / 2,
            one.number,
            va="center_baseline",
            color=INKS["ink"],
            size=SMALL,
        )


def _legend(axes: Axes, kinds: Sequence[tuple[str, str, str]], columns: int, width: float) -> None:
    rows = -(-len(kinds) // columns)
    for number, (kind, words, hatch) in enumerate(kinds):
        column, row = divmod(number, rows)
        x = _LEFT + column * (width / 2 - 0.4)
        piece(axes, x, 0.04 + 0.25 * row, 0.26, 0.14, kind, hatch)
        axes.text(x + 0.36, 0.11 + 0.25 * row, words, va="center", color=INKS["ink"])


@dataclass(frozen=True)
class _Panel:
    """An axis of the picture of difficulty and discrimination; x in inches."""

    x: float
    width: float
    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies."""
        return self.x + (value - self.low) / (self.high - self.low) * self.width


def quality_picture(items: Sequence[ItemFigures], names: Mapping[str, str]) -> Picture | None:
    """Difficulty and discrimination side by side, a row for each item; None if no item has both."""
    known = [item for item in items if item.share is not None]
    if not any(item.discrimination is not None for item in known):
        return None
    lowest = min(
        (item.interval[0] if item.interval else item.discrimination or 0.0)
        for item in known
        if item.discrimination is not None
    )
    low = max(-1.0, min(-0.2, math.floor(lowest * 5 + 1e-9) / 5))

    def draw(width: float) -> Figure:
        gap, head, step = 0.42, 0.36, 0.8
        half = (width - gap - 0.5) / 2
        left = _Panel(0.2, half, 0.0, 1.0)
        right = _Panel(0.2 + half + gap, half, low, 1.0)
        figure, axes = blank_sheet(width, head + step * len(items) + 0.3)
        end = head + step * len(items)
        for panel, title, ticks in (
            (left, "share of the points", (0.0, 0.5, 1.0)),
            (right, "discrimination", (*((low,) if low <= -0.5 else ()), 0.0, 0.5, 1.0)),
        ):
            axes.text(panel.at(panel.low), 0.2, title, color=INKS["muted"])
            for tick in ticks:
                x, words = panel.at(tick), percent(tick) if panel is left else f"{tick:g}"
                zero = tick == 0
                for row in range(len(items)):  # never through a name
                    axes.plot(
                        [x, x],
                        [head + step * row + 0.22, head + step * row + 0.66],
                        color=INKS["muted" if zero else "grid"],
                        lw=1 if zero else 0.8,
                        zorder=0,
                    )
                axes.text(
                    x,
                    end + 0.06,
                    words.replace("-", "−"),
                    ha="center",
                    va="top",
                    color=INKS["muted"],
                    size=SMALL,
                )
        for row, item in enumerate(items):
            _quality_row(axes, head + step * row, names[item.grade_id], item, left, right)
        return figure

    return make_picture("quality", _quality_alt(items, known, names), draw)


def _not_read(item: ItemFigures) -> str:
    """What stands in place of the figures of an item for which an answer waits."""
    return "not all read yet" if item.counted else "none read yet"


def _quality_row(
    axes: Axes, y: float, name: str, item: ItemFigures, left: _Panel, right: _Panel
) -> None:
    paper = {"facecolor": INKS["paper"], "edgecolor": "none", "pad": 1}
    axes.text(_LEFT, y + 0.14, name, color=INKS["ink"])
    line = y + 0.54
    r = item.discrimination
    if item.share is None:
        words = _not_read(item)
        axes.text(left.x + 0.08, line, words, va="center", color=INKS["muted"], bbox=paper)
    else:
        x = left.at(min(1.0, item.share))
        axes.plot([left.at(0), x], [line, line], color=INKS["accent"], lw=2)
        _dot(axes, x, line, percent(item.share))
    if r is None:
        words = "–" if item.waiting else "none"
        axes.text(right.at(0) + 0.08, line, words, va="center", color=INKS["muted"], bbox=paper)
    else:
        if item.interval is not None:
            ends = [right.at(max(right.low, end)) for end in item.interval]
            axes.plot(ends, [line, line], color=INKS["accent"], lw=2)
            for end in ends:
                axes.plot([end, end], [line - 0.05, line + 0.05], color=INKS["accent"], lw=2)
        _dot(axes, right.at(r), line, coefficient(r))


def _dot(axes: Axes, x: float, y: float, words: str) -> None:
    """A dot and, above it, its number."""
    axes.plot([x], [y], "o", color=INKS["accent"], mec=INKS["paper"], ms=8)
    axes.text(
        x,
        y - 0.1,
        words,
        ha="center",
        va="bottom",
        color=INKS["ink"],
        size=SMALL,
        bbox={"facecolor": INKS["paper"], "edgecolor": "none", "pad": 0.5},
    )


def _quality_alt(
    items: Sequence[ItemFigures], known: Sequence[ItemFigures], names: Mapping[str, str]
) -> str:
    """The finding first, then each item."""
    shares = {item.grade_id: item.share for item in known if item.share is not None}
    tells = {
        item.grade_id: item.discrimination for item in known if item.discrimination is not None
    }
    hardest, weakest = (min(found, key=lambda name: found[name]) for found in (shares, tells))
    well = sum(r >= 0.2 for r in tells.values())
    lead = (
        f"The hardest item is {names[hardest]}, with {percent(shares[hardest])} of its points earned. "
        f"{well} of {counted(len(tells), 'item')} {'tells' if well == 1 else 'tell'} strong from weak; "
        f"{names[weakest]} does it least, with {coefficient(tells[weakest])}."
    )
    each = []
    for item in known:
        r, between = item.discrimination, item.interval
        words = f"{names[item.grade_id]}: {percent(item.share)} of the points, discrimination "
        words += "none" if r is None else coefficient(r)
        if between is not None:
            words += f", 95 % interval {coefficient(between[0])} to {coefficient(between[1])}"
        each.append(words)
    each += [f"{names[item.grade_id]}: {_not_read(item)}" for item in items if item.waiting]
    return f"{lead} {'; '.join(each)}."
