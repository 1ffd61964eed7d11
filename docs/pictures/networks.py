"""The course's network, and dropout at work in two smaller ones."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import GREEN, OURS


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
