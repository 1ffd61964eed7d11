"""Make every picture of the course; the same program makes the same pictures.

    python docs/make_pictures.py [--output DIR] [--only NAME ...]

The pictures of the notebook go to `source/regularization/images/`, the figure of the README to
`docs/images/`. With `--output DIR` all of them go to DIR, and nothing else is touched.

Nothing here is drawn by hand: the contours are those of a real loss, the masks come from a seeded
generator, and the decision boundaries come from training the course's own network with the
solutions in the source notebook. Blue with circles is always our team (class 1), vermillion with
crosses the other team (class 0), so that no meaning hangs on colour alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import nbformat
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = ROOT / "source" / "regularization"
NOTEBOOK_IMAGES = ASSIGNMENT / "images"
README_IMAGES = ROOT / "docs" / "images"

OURS, OTHERS = "#0072B2", "#D55E00"  # Okabe and Ito's blue and vermillion
GREEN, PURPLE, GREY = "#009E73", "#CC79A7", "#8A8A8A"
PITCH_LIGHT, PITCH_DARK = "#E3F1DF", "#D5E8CF"


# ---------------------------------------------------------------------------- the football field


def on_screen(along: Any, across: Any, height: Any = 0.0) -> tuple[Any, Any]:
    """Where a point of the field, 0..1 along and across and some height above it, is drawn."""
    shrink = 1 - 0.3 * np.asarray(across)
    return 0.5 + (np.asarray(along) - 0.5) * shrink, 0.5 * across * (
        1 - 0.15 * across
    ) + height * shrink


def draw_player(ax: Axes, along: float, across: float, color: str, marker: str, jump: float) -> None:
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
    note("our player heads the ball:\nclass 1, circle", on_screen(0.57, 0.5, 0.2), (0.55, 0.6), OURS)
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


# ------------------------------------------------------------------------ penalties on a tiny loss

HESSIAN = np.array([[1.0, 0.35], [0.35, 1.6]])
FREE_MINIMUM = np.array([0.65, 1.6])


def loss(weights: np.ndarray) -> np.ndarray:
    """A bowl over two weights, lowest at FREE_MINIMUM; the last axis of `weights` has length 2."""
    away = weights - FREE_MINIMUM
    return 0.5 * np.einsum("...i,ij,...j->...", away, HESSIAN, away)


def penalized_minimum(lambd: float, kind: str) -> np.ndarray:
    """The lowest point of loss + lambd * penalty, found by proximal gradient descent."""
    weights, step = FREE_MINIMUM.copy(), 0.1
    for _ in range(3000):
        weights = weights - step * HESSIAN @ (weights - FREE_MINIMUM)
        if kind == "L1":
            weights = np.sign(weights) * np.maximum(np.abs(weights) - step * lambd, 0.0)
        else:
            weights = weights / (1 + 2 * step * lambd)
    return weights


def draw_contours() -> Figure:
    """The same loss under an L1 and an L2 penalty: a corner of the diamond, a side of the disc."""
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 4.3), sharey=True)
    grid = np.stack(np.meshgrid(np.linspace(-1.35, 2, 300), np.linspace(-1.35, 2.6, 300)), axis=-1)
    turn = np.linspace(0, 2 * np.pi, 400)
    for ax, kind, lambd, color in ((axes[0], "L1", 1.0, OTHERS), (axes[1], "L2", 0.5, OURS)):
        best = penalized_minimum(lambd, kind)
        power = 1 if kind == "L1" else 2
        radius = np.sum(np.abs(best) ** power) ** (1 / power)
        edge = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
        rim = edge if kind == "L1" else np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        ax.fill(*(radius * rim.T), color=color, alpha=0.25, lw=0)
        ax.plot(*(radius * rim.T), color=color, lw=2)
        touching = float(loss(best))
        levels = sorted([0.03, 0.15, 0.4, touching, 2 * touching, 3.5 * touching])
        ax.contour(grid[..., 0], grid[..., 1], loss(grid), levels=levels, colors=GREY, linewidths=1)
        ax.contour(
            grid[..., 0], grid[..., 1], loss(grid), levels=[touching], colors="k", linewidths=2
        )
        ax.axhline(0, color="k", lw=0.6)
        ax.axvline(0, color="k", lw=0.6)
        ax.plot(*FREE_MINIMUM, "k+", ms=13, mew=2.5)
        ax.annotate("lowest loss", FREE_MINIMUM, FREE_MINIMUM + (0.12, 0.16), fontsize=11)
        ax.plot(*best, "*", ms=19, color=color, mec="k")
        where = f"({best[0]:.2f}, {best[1]:.2f})"
        ax.annotate(f"with penalty\n{where}", best, best + (-0.17, 0.17), ha="right", fontsize=11)
        zero = "one weight is exactly 0" if np.any(best == 0) else "both are smaller, neither is 0"
        ax.set_title(f"{kind}: {zero}", fontsize=13)
        ax.set_xlabel("weight $w_1$", fontsize=11)
        ax.set_aspect("equal")
    axes[0].set_ylabel("weight $w_2$", fontsize=11)
    figure.tight_layout()
    return figure


def animate_penalty() -> FuncAnimation:
    """One weight: as lambda grows, the lowest point of loss + penalty slides towards zero."""
    strengths = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    weight = np.linspace(-1.2, 3.4, 300)
    bowl = 0.5 * (weight - 2) ** 2

    def draw(frame: int) -> None:
        lambd = strengths[frame]
        penalty = lambd * weight**2
        best = 2 / (1 + 2 * lambd)
        ax.clear()
        ax.plot(weight, bowl, color=GREY, lw=2, ls="--", label="loss alone")
        ax.plot(weight, penalty, color=OTHERS, lw=2, ls=":", label=r"penalty $\lambda w^2$")
        ax.plot(weight, bowl + penalty, color=OURS, lw=3, label="loss + penalty")
        ax.plot(2, 0, "k+", ms=13, mew=2.5)
        ax.plot(best, 0.5 * (best - 2) ** 2 + lambd * best**2, "*", ms=19, color=OURS, mec="k")
        ax.axvline(0, color="k", lw=0.6)
        ax.set_title(rf"$\lambda$ = {lambd:g}: the lowest point is at w = {best:.2f}", fontsize=13)
        ax.set(xlim=(-1.2, 3.4), ylim=(-0.3, 5), xlabel="weight w", ylabel="cost")
        ax.legend(loc="upper right", framealpha=0.95)

    figure.set_layout_engine("tight")
    return FuncAnimation(figure, draw, frames=len(strengths), init_func=lambda: None)


# ---------------------------------------------------------------------------- networks and dropout


def draw_network(ax: Axes, on: list[np.ndarray], labels: list[str]) -> None:
    """Layers from left to right; a unit that is off is dashed, crossed out and has no connections."""
    places = [
        [(layer, (len(units) - 1) / 2 - unit) for unit in range(len(units))]
        for layer, units in enumerate(on)
    ]
    for layer in range(len(on) - 1):
        for left, left_on in zip(places[layer], on[layer], strict=True):
            for right, right_on in zip(places[layer + 1], on[layer + 1], strict=True):
                if left_on and right_on:
                    ax.plot(*zip(left, right, strict=True), color="#777777", lw=0.8, zorder=1)
    outer = len(on) - 1
    for layer, (units, column) in enumerate(zip(on, places, strict=True)):
        color = GREEN if layer in (0, outer) else OURS
        for unit_on, (x, y) in zip(units, column, strict=True):
            if unit_on:
                ax.plot(x, y, "o", ms=19, color=color, mec="black", mew=1, zorder=3)
            else:
                ring = plt.Circle((x, y), 0.01, fc="none")
                ax.add_patch(ring)
                ax.plot(x, y, "o", ms=19, color="#EEEEEE", mec="#777777", mew=1, zorder=3)
                ax.plot(x, y, "x", ms=11, color="#444444", mew=2.5, zorder=4)
    tallest = max(len(units) for units in on)
    for layer, label in enumerate(labels):
        ax.text(layer, -tallest / 2 - 0.25, label, ha="center", va="top", fontsize=10)
    ax.set(xlim=(-0.45, outer + 0.45), ylim=(-tallest / 2 - 1.5, tallest / 2))
    ax.axis("off")


def draw_our_network() -> Figure:
    """The network of the notebook: 2 inputs, 20 and 3 hidden units, 1 output."""
    figure, ax = plt.subplots(figsize=(7.2, 5.2))
    labels = ["layer 0: input\n$x_1, x_2$", "layer 1\n20 units, ReLU"]
    labels += ["layer 2\n3 units, ReLU", "layer 3: output\n1 unit, sigmoid"]
    draw_network(ax, [np.ones(size, bool) for size in (2, 20, 3, 1)], labels)
    for marks in ax.lines:
        if marks.get_marker() == "o":
            marks.set_markersize(12)
    figure.tight_layout(pad=0.2)
    return figure


def animate_dropout(sizes: tuple[int, ...], keep: dict[int, float], seed: int) -> FuncAnimation:
    """Another set of units is off at every iteration; `keep` gives keep_prob for some layers."""
    frames = 10
    rng = np.random.default_rng(seed)
    masks = [
        [rng.random(size) < keep.get(layer, 1.0) for layer, size in enumerate(sizes)]
        for _ in range(frames)
    ]
    figure, ax = plt.subplots(figsize=(6.6, 4.6))

    def draw(frame: int) -> None:
        labels = []
        for layer, size in enumerate(sizes):
            name = {0: "input", len(sizes) - 1: "output"}.get(layer, f"layer {layer}")
            if layer in keep:
                off = size - int(masks[frame][layer].sum())
                so_far = 1 - np.mean([mask[layer] for mask in masks[: frame + 1]])
                name += f"\nkeep_prob {keep[layer]:g}\noff: {off} of {size}"
                name += f"\nso far: {100 * so_far:.0f} %"
            labels.append(name)
        ax.clear()
        draw_network(ax, masks[frame], labels)
        ax.set_title(f"Iteration {frame + 1} of {frames}", fontsize=13)

    figure.set_layout_engine("tight", pad=0.3)
    return FuncAnimation(figure, draw, frames=frames, init_func=lambda: None)
