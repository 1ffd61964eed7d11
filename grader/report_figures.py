"""The pictures of a report, from its figures.

Nothing of a student's stands in them. Whatever is told by colour is told by a hatch, a marker or a
number as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .report_canvas import NARROW, WIDE, Picture, calm_axes, count_grid, make_picture
from .report_statistics import Bar, ItemFigures, MistakeFigures, ScoreSummary
from .svg import INKS

_MARKERS = "osD^vPX*<>hp"
#: What students came to at an item: attribute of `ItemFigures`, words, hatch.
KINDS = (
    ("full", "all points", ""),
    ("some", "some points", "//"),
    ("wrong", "no points: not right", "xx"),
    ("stopped", "no points: error, time or memory", "\\\\"),
    ("untouched", "no points: left as handed out", "--"),
    ("waiting", "waits for a person", "||"),
)
#: A number is written into a piece of a bar if the piece has at least this share of the width.
_ROOM = 0.06


def scores_picture(bars: Sequence[Bar], summary: ScoreSummary, max_score: float) -> Picture:
    """The distribution of the scores, with mean and median."""
    fullest = max(bars, key=lambda bar: bar.count)
    alt = (
        f"Histogram of {summary.count} scores from 0 to {max_score:g}. Mean {summary.mean:.1f}, "
        f"median {summary.median:g}. Half of the class lies between {summary.quartiles[0]:g} and "
        f"{summary.quartiles[1]:g}. The fullest bar is {fullest.low:g} to {fullest.high:g}, with "
        f"{fullest.count}."
    )

    def draw(width: float) -> Figure:
        with calm_axes(width, 3.1) as (figure, axes):
            axes.bar(
                [bar.low for bar in bars],
                [bar.count for bar in bars],
                [bar.high - bar.low for bar in bars],
                align="edge",
                color=INKS["accent"],
                edgecolor=INKS["paper"],
                linewidth=1.5,
            )
            top = max(fullest.count, 1)
            axes.set_ylim(0, top * 1.3)
            marks = [
                (summary.mean, f"mean {summary.mean:.1f}", "-", "D"),
                (summary.median, f"median {summary.median:g}", (0, (4, 3)), "o"),
            ]
            heights = (top * 1.22, top * 1.1)
            for (value, words, line, marker), height in zip(sorted(marks), heights, strict=True):
                axes.vlines(value, 0, height, color=INKS["ink"], ls=line, lw=1.3)
                axes.plot([value], [height], marker, color=INKS["ink"], ms=6)
                # The lower of the two to the left, the higher to the right, where there is room.
                left = value > bars[-1].high * (0.3 if height == heights[0] else 0.6)
                axes.annotate(
                    words,
                    (value, height),
                    (-8 if left else 8, 0),
                    textcoords="offset points",
                    ha="right" if left else "left",
                    va="center",
                    color=INKS["ink"],
                    bbox={"facecolor": INKS["paper"], "edgecolor": "none", "pad": 1},
                )
            axes.set_xlim(0, bars[-1].high)
            axes.set_xlabel(f"score, of {max_score:g}")
            axes.set_ylabel("students")
            count_grid(axes)
            return figure

    return make_picture("scores", alt, draw)


def items_picture(items: Sequence[ItemFigures], names: Mapping[str, str]) -> Picture:
    """For each item, how many earned what: a bar in pieces."""
    told = [
        f"{names[item.grade_id]}: "
        + (", ".join(f"{getattr(item, k)} {words}" for k, words, _ in KINDS if getattr(item, k)))
        for item in items
    ]
    alt = "Bars in pieces, one for each item, with the number of students. " + "; ".join(told) + "."
    kinds = [kind for kind in KINDS if any(getattr(item, kind[0]) for item in items)]

    def draw(width: float) -> Figure:
        columns = 2 if width > NARROW else 1
        rows = -(-len(kinds) // columns)
        legend = 0.24 * rows + 0.15
        with calm_axes(width, 0.62 * len(items) + 0.9 + legend, left=0.1) as (figure, axes):
            height = figure.get_figheight()
            axes.set_position(
                (0.2 / width, 0.35 / height, 1 - 0.45 / width, 1 - (0.35 + legend) / height)
            )
            for row, item in enumerate(items):
                _item_bar(axes, row, item, kinds)
                axes.text(0, row - 0.33, names[item.grade_id], color=INKS["ink"], va="bottom")
            axes.set_ylim(len(items) - 0.55, -0.85)
            axes.set_xlim(0, 1)
            axes.set_yticks([])
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.xaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")
            figure.legend(
                loc="upper left",
                bbox_to_anchor=(0.2 / width, 1.0),
                ncols=columns,
                frameon=False,
                handles=axes.get_legend_handles_labels()[0][: len(kinds)],
                borderaxespad=0,
                handlelength=1.6,
                labelcolor=INKS["ink"],
            )
            return figure

    return make_picture("items", alt, draw)


def _item_bar(
    axes: Axes, row: int, item: ItemFigures, kinds: Sequence[tuple[str, str, str]]
) -> None:
    total = max(1, item.counted + item.waiting)
    start = 0.0
    for kind, words, hatch in kinds:
        share = getattr(item, kind) / total
        axes.barh(
            row,
            share,
            0.5,
            left=start,
            color=INKS[kind],
            edgecolor=INKS["paper"],
            hatch=hatch,
            linewidth=1,
            label=words,
        )
        if share >= _ROOM:
            axes.text(
                start + share / 2,
                row,
                str(getattr(item, kind)),
                ha="center",
                va="center",
                color=INKS["ink"],
                bbox={"facecolor": INKS["paper"], "edgecolor": "none", "pad": 1.5},
            )
        start += share


def quality_picture(items: Sequence[ItemFigures], names: Mapping[str, str]) -> Picture | None:
    """Mean share against discrimination; None if no item has both."""
    known = [
        (number, item, item.share, item.discrimination)
        for number, item in enumerate(items)
        if item.share is not None and item.discrimination is not None
    ]
    if not known:
        return None
    told = "; ".join(
        f"{names[item.grade_id]}: {share * 100:.0f} % of the points, discrimination {r:.2f}"
        for _, item, share, r in known
    )
    alt = f"Each item by how easy it was and how well it tells strong from weak. {told}."

    def draw(width: float) -> Figure:
        rows = len(known)
        legend = 0.24 * rows + 0.1
        with calm_axes(width, 3.3 + legend, left=0.65) as (figure, axes):
            height = figure.get_figheight()
            axes.set_position(
                (0.65 / width, 0.55 / height, 1 - 0.85 / width, 1 - (0.65 + legend) / height)
            )
            low = min(0.0, *(item.interval[0] if item.interval else r for _, item, _, r in known))
            axes.axhline(0, color=INKS["muted"], lw=1)
            for number, item, share, r in known:
                if item.interval is not None:
                    axes.vlines(share, *item.interval, color=INKS["accent"], lw=1.2, alpha=0.55)
                axes.plot(
                    [share],
                    [r],
                    _MARKERS[number % len(_MARKERS)],
                    color=INKS["accent"],
                    mec=INKS["paper"],
                    ms=9,
                    label=names[item.grade_id],
                    ls="",
                )
            axes.set_xlim(-0.02, 1.02)
            axes.set_ylim(max(-1.0, low - 0.04), 1.02)
            axes.spines["bottom"].set_visible(low < 0)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
            axes.set_xlabel("mean share of the points (right: easy)")
            axes.set_ylabel("discrimination")
            axes.grid(color=INKS["grid"], lw=0.8)
            figure.legend(
                loc="upper left",
                bbox_to_anchor=(0.1 / width, 1.0),
                ncols=1,
                frameon=False,
                borderaxespad=0,
                handletextpad=0.5,
                labelcolor=INKS["ink"],
            )
            return figure

    return make_picture("quality", alt, draw)


def mistakes_picture(mistakes: Sequence[MistakeFigures], names: Mapping[str, str]) -> Picture:
    """The commonest mistakes, as bars with their numbers."""
    told = "; ".join(f"{one.name} at {names[one.grade_id]}: {one.count}" for one in mistakes)
    alt = f"The commonest mistakes, by number of students. {told}."

    def draw(width: float) -> Figure:
        narrow = width < WIDE  # there the item has a line of its own
        step = 0.74 if narrow else 0.56
        with calm_axes(width, step * len(mistakes) + 0.1, left=0.1) as (figure, axes):
            axes.set_position((0.02, 0, 0.96, 1))
            axes.spines["bottom"].set_visible(False)
            most = max(one.count for one in mistakes)
            for row, one in enumerate(mistakes):
                axes.barh(row, one.count, 0.18 / step, color=INKS["accent"])
                axes.annotate(
                    f"{one.count}",
                    (one.count, row),
                    (5, 0),
                    textcoords="offset points",
                    va="center",
                    color=INKS["ink"],
                )
                lines = [(one.name, "ink"), (names[one.grade_id], "muted")]
                if not narrow:
                    lines = [(f"{one.name}  ·  {names[one.grade_id]}", "ink")]
                for number, (words, ink) in enumerate(reversed(lines)):
                    axes.annotate(
                        words,
                        (0, row - 0.12 / step),
                        (0, 1 + 14 * number),
                        textcoords="offset points",
                        va="bottom",
                        color=INKS[ink],
                    )
            axes.set_ylim(len(mistakes) - 0.7, -0.7 if narrow else -0.75)
            axes.set_xlim(0, most * 1.12)
            axes.set_yticks([])
            axes.set_xticks([])
            return figure

    return make_picture("mistakes", alt, draw)


def movement_picture(bars: Sequence[Bar], rose: int, fell: int) -> Picture:
    """How much the scores changed, of those that changed."""
    alt = (
        f"Histogram of the changes of {rose + fell} scores: {rose} rose (right of zero), {fell} fell "
        "(left of zero)."
    )

    def draw(width: float) -> Figure:
        with calm_axes(width, 2.7) as (figure, axes):
            for kind, hatch, chosen in (
                ("fell", "xx", [bar for bar in bars if bar.high <= 0]),
                ("rose", "", [bar for bar in bars if bar.low >= 0]),
            ):
                axes.bar(
                    [bar.low for bar in chosen],
                    [bar.count for bar in chosen],
                    [bar.high - bar.low for bar in chosen],
                    align="edge",
                    color=INKS[kind],
                    edgecolor=INKS["paper"],
                    hatch=hatch,
                    linewidth=1,
                )
            axes.axvline(0, color=INKS["ink"], lw=1.2)
            axes.set_xlim(bars[0].low, bars[-1].high)
            axes.set_ylim(0, max(bar.count for bar in bars) * 1.25)
            for x, words, side in ((0.02, f"{fell} fell", "left"), (0.98, f"{rose} rose", "right")):
                axes.text(
                    x, 0.97, words, ha=side, va="top", transform=axes.transAxes, color=INKS["ink"]
                )
            axes.set_xlabel("change of the score, in points")
            axes.xaxis.set_major_formatter(
                lambda value, _: f"{value:+g}".replace("-", "−") if value else "0"
            )
            axes.set_ylabel("students")
            count_grid(axes)
            return figure

    return make_picture("movement", alt, draw)
