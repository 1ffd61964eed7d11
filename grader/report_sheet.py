"""A sheet to draw rows on, measured in inches from its upper left corner: nothing can run into anything unseen."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .svg import INKS

#: Points: of numbers that stand beside something.
SMALL = 9.5
#: Inches that a figure of a number takes at most, in the font of the pictures, and the height of a line.
DIGIT = 0.095
LINE = 0.19


def blank_sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure whose coordinates are inches, y downwards."""
    figure = Figure(figsize=(width, height))
    figure.patch.set_alpha(0)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure, axes


def piece(
    axes: Axes, x: float, y: float, width: float, height: float, ink: str, hatch: str
) -> None:
    """A rectangle with a hatch, and an outline that can be seen whatever its colour is."""
    axes.add_patch(
        Rectangle(
            (x, y),
            width,
            height,
            facecolor=INKS[ink],
            edgecolor=INKS["paper"],
            hatch=hatch,
            linewidth=0,
        )
    )
    axes.add_patch(
        Rectangle((x, y), width, height, facecolor="none", edgecolor=INKS["muted"], linewidth=0.8)
    )


def spread(
    centres: Sequence[float], widths: Sequence[float], low: float, high: float
) -> list[float]:
    """Where labels go that should stand at `centres` and must not overlap.

    Args:
        centres: where each would stand, from left to right.
        widths: of each, with the space around it.
        low: where the leftmost may begin.
        high: where the rightmost may end; if they are wider than that, they begin at `low`.
    """
    placed: list[float] = []
    edge = low
    for centre, width in zip(centres, widths, strict=True):
        placed.append(max(centre, edge + width / 2))
        edge = placed[-1] + width / 2
    edge = max(high, low + sum(widths))
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], edge - widths[k] / 2)
        edge = placed[k] - widths[k] / 2
    return placed
