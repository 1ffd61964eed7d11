"""What L1 and L2 penalties do to a loss with one weight, and to one with two weights."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure

from .style import GREY, OTHERS, OURS

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
        plain = {"fontsize": 11, "bbox": {"fc": "white", "ec": "none", "alpha": 0.85, "pad": 1.5}}
        ax.annotate(
            "lowest loss", FREE_MINIMUM, (FREE_MINIMUM[0] + 0.12, FREE_MINIMUM[1] + 0.12), **plain
        )
        ax.plot(*best, "*", ms=19, color=color, mec="k")
        where = f"({best[0]:.2f}, {best[1]:.2f})"
        ax.annotate(f"with penalty\n{where}", best, (-1.25, 1.25), va="bottom", **plain)
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
