"""The pictures of a report, from its figures.

Nothing of a student's stands in them. Whatever is told by colour is told by a hatch, a marker or a
number as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from .report_canvas import WIDE, Picture, calm_axes, count_grid, make_picture
from .report_statistics import Bar, MistakeFigures, ScoreSummary
from .svg import INKS
from .words import counted, in_words, points


def scores_picture(bars: Sequence[Bar], summary: ScoreSummary, max_score: float) -> Picture:
    """The distribution of the scores, with mean and median."""
    fullest = max(bars, key=lambda bar: bar.count)
    alt = (
        f"Histogram of {counted(summary.count, 'score')} from 0 to {points(max_score)}. Mean "
        f"{points(summary.mean)}, median {points(summary.median)}. Half of the class lies between "
        f"{points(summary.quartiles[0])} and {points(summary.quartiles[1])}. The fullest bar is "
        f"{points(fullest.low)} to {points(fullest.high)}, with {fullest.count}."
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
                (summary.mean, f"mean {points(summary.mean)}", "-", "D"),
                (summary.median, f"median {points(summary.median)}", (0, (4, 3)), "o"),
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
            axes.set_xlabel(f"score, of {points(max_score)}")
            axes.set_ylabel("students")
            count_grid(axes)
            return figure

    return make_picture("scores", alt, draw)


def mistakes_picture(mistakes: Sequence[MistakeFigures], names: Mapping[str, str]) -> Picture:
    """The commonest mistakes, as bars with their numbers."""
    told = "; ".join(
        f"{in_words(one.name)} at {names[one.grade_id]}: {one.count}" for one in mistakes
    )
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
                words = in_words(one.name)
                lines = [(words, "ink"), (names[one.grade_id], "muted")]
                if not narrow:
                    lines = [(f"{words}  ·  {names[one.grade_id]}", "ink")]
                for number, (text, ink) in enumerate(reversed(lines)):
                    axes.annotate(
                        text,
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
        f"Histogram of the changes of {counted(rose + fell, 'score')}: {rose} rose (right of zero), {fell} fell "
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
