"""What the pictures of a report have in common: two widths, calm axes, text for those who do not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .svg import INKS, SETTINGS, to_svg

#: Inches: for a screen or a sheet, and for a phone. The font is the same in both.
WIDE, NARROW = 7.6, 4.0
_FONT = 10.5


@dataclass(frozen=True)
class Picture:
    """One figure of a page."""

    #: Two `<svg>` elements, of which the page shows one.
    svg: str
    #: What it says, in words.
    alt: str


def make_picture(name: str, alt: str, draw: Callable[[float], Figure]) -> Picture:
    """The figure that `draw` makes of a width in inches; `name` tells it from others of the page."""
    settings: Any = {**SETTINGS, "font.size": _FONT}
    with mpl.rc_context(settings):
        wide = to_svg(draw(WIDE), alt, f"{name}-w", "wide")
        narrow = to_svg(draw(NARROW), alt, f"{name}-n", "narrow")
    return Picture(wide + narrow, alt)


@contextmanager
def calm_axes(width: float, height: float, left: float = 0.55) -> Iterator[tuple[Figure, Axes]]:
    """A figure with calm axes; margins in inches."""
    figure = Figure(figsize=(width, height))
    figure.patch.set_alpha(0)
    axes = figure.add_axes(
        (left / width, 0.55 / height, 1 - (left + 0.2) / width, 1 - 0.65 / height)
    )
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(INKS["muted"])
    axes.tick_params(colors=INKS["muted"], length=0, pad=5)
    axes.xaxis.label.set_color(INKS["muted"])
    axes.yaxis.label.set_color(INKS["muted"])
    axes.set_axisbelow(True)
    yield figure, axes


def count_grid(axes: Axes) -> None:
    """Whole numbers on the upright axis, and faint lines at them."""
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.grid(axis="y", color=INKS["grid"], lw=0.8)
