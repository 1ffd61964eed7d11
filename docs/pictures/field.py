"""The football field: the keeper's kick, and the two players under the ball."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import OTHERS, OURS

PITCH_LIGHT, PITCH_DARK = "#E3F1DF", "#D5E8CF"


def on_screen(along: Any, across: Any, height: Any = 0.0) -> tuple[Any, Any]:
    """Where a point of the field, 0..1 along and across and some height above it, is drawn."""
    shrink = 1 - 0.3 * np.asarray(across)
    return 0.5 + (np.asarray(along) - 0.5) * shrink, 0.5 * across * (
        1 - 0.15 * across
    ) + height * shrink


def draw_player(
    ax: Axes, along: float, across: float, color: str, marker: str, jump: float
) -> None:
    """A player with a mark of the team on the ground, so that colour is not the only sign."""

    def line(dx: tuple[float, ...], height: tuple[float, ...], width: float) -> None:
        x, y = on_screen(along + np.array(dx), np.full(len(dx), across), jump + np.array(height))
        ax.plot(x, y, color=color, lw=width, solid_capstyle="round", zorder=6)

    line((-0.012, 0.0, 0.012), (0.0, 0.05, 0.0), 4)
    line((0.0, 0.0), (0.06, 0.105), 9)
    line((-0.028, 0.0, 0.028), (0.075, 0.105, 0.075), 3)
    head = on_screen(along, across, jump + 0.142)
    ax.plot(*head, "o", ms=11, color="#F6D7B8", mec=color, mew=2, zorder=7)
    ax.plot(*on_screen(along, across), marker, ms=7, color=color, mew=2.5, zorder=5)


def draw_field() -> Figure:
    """The keeper's kick and the two players under the ball."""
    figure, ax = plt.subplots(figsize=(8, 3.9))
    for stripe in range(10):
        edge = np.array([stripe, stripe + 1, stripe + 1, stripe]) / 10
        ax.fill(
            *on_screen(edge, np.array([0, 0, 1, 1])),
            color=(PITCH_LIGHT, PITCH_DARK)[stripe % 2],
            zorder=0,
        )

    def ground(along: Any, across: Any) -> None:
        ax.plot(*on_screen(np.asarray(along), np.asarray(across)), color="white", lw=2, zorder=1)

    ground([0, 1, 1, 0, 0], [0, 0, 1, 1, 0])
    ground([0.5, 0.5], [0, 1])
    turn = np.linspace(0, 2 * np.pi, 80)
    ground(0.5 + 0.09 * np.cos(turn), 0.5 + 0.14 * np.sin(turn))
    for side in (0, 1):
        inwards = 1 - 2 * side
        for depth, half in ((0.16, 0.3), (0.055, 0.14)):
            box = side + inwards * depth
            ground([side, box, box, side], [0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half])
        posts = on_screen(
            np.full(4, float(side)), np.array([0.4, 0.4, 0.6, 0.6]), np.array([0, 0.11, 0.11, 0])
        )
        ax.plot(*posts, color="#555555", lw=3, zorder=3)

    flight = np.linspace(0, 1, 100)
    landing = (0.615, 0.5)
    path = (0.1 + (landing[0] - 0.1) * flight, 0.44 + (landing[1] - 0.44) * flight)
    ball_height = 0.02 * (1 - flight) + 0.25 * flight + 0.95 * flight * (1 - flight)
    ax.plot(*on_screen(*path, ball_height), color="#333333", ls=(0, (5, 4)), lw=2, zorder=4)
    ax.plot(*on_screen(*path), color="black", alpha=0.18, lw=5, zorder=2, solid_capstyle="round")
    for moment in (30, 99):
        place = on_screen(path[0][moment], path[1][moment], ball_height[moment])
        ax.plot(*place, "o", ms=11, color="white", mec="black", mew=1.8, zorder=9)

    draw_player(ax, 0.075, 0.44, OURS, "o", 0.0)
    draw_player(ax, 0.578, 0.5, OURS, "o", 0.05)
    draw_player(ax, 0.655, 0.5, OTHERS, "x", 0.03)
    for along, across, color, marker in (
        (0.27, 0.2, OURS, "o"),
        (0.9, 0.62, OURS, "o"),
        (0.45, 0.2, OTHERS, "x"),
        (0.75, 0.25, OTHERS, "x"),
    ):
        draw_player(ax, along, across, color, marker, 0.0)

    def note(text: str, target: tuple[Any, Any], place: tuple[float, float], color: str) -> None:
        ax.annotate(
            text,
            target,
            place,
            color=color,
            fontsize=11,
            ha="center",
            arrowprops={"arrowstyle": "-", "color": color, "lw": 1.2, "shrinkB": 6},
        )

    note("our goalkeeper kicks", on_screen(0.075, 0.44, 0.16), (0.1, 0.53), OURS)
    note(
        "our player heads the ball:\nclass 1, circle", on_screen(0.57, 0.5, 0.2), (0.55, 0.6), OURS
    )
    note(
        "the other team heads it:\nclass 0, cross", on_screen(0.665, 0.5, 0.19), (0.87, 0.6), OTHERS
    )
    arrow = {"arrowstyle": "->", "lw": 1.5}
    ax.annotate("", (0.68, -0.06), (0.32, -0.06), arrowprops=arrow)
    ax.text(0.5, -0.11, "$x_1$: along the field", ha="center", va="center", fontsize=11)
    ax.annotate("", (0.105, 0.33), (0.0, 0.09), arrowprops=arrow)
    ax.text(0.03, 0.235, "$x_2$: across", ha="center", va="center", fontsize=11, rotation=66)
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.15, 0.72))
    ax.axis("off")
    figure.tight_layout(pad=0.2)
    return figure
