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
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from pictures.boundaries import draw_boundaries
from pictures.field import draw_field
from pictures.networks import animate_dropout, draw_our_network
from pictures.penalties import animate_penalty, draw_contours
from pictures.style import ASSIGNMENT, ROOT
from PIL import Image

NOTEBOOK_IMAGES = ASSIGNMENT / "images"
README_IMAGES = ROOT / "docs" / "images"
FRAMES_PER_SECOND = 0.8  # slow enough to count the crosses, and nothing flickers


@dataclass(frozen=True)
class Picture:
    """One file, where it belongs, and the function that draws it."""

    file: str
    folder: Path
    draw: Callable[[], Figure | FuncAnimation]


PICTURES = (
    Picture("field.png", NOTEBOOK_IMAGES, draw_field),
    Picture("network.png", NOTEBOOK_IMAGES, draw_our_network),
    Picture("penalty.gif", NOTEBOOK_IMAGES, animate_penalty),
    Picture("contours.png", NOTEBOOK_IMAGES, draw_contours),
    Picture(
        "dropout_one_layer.gif",
        NOTEBOOK_IMAGES,
        lambda: animate_dropout((2, 5, 6, 1), {2: 0.5}, seed=2),
    ),
    Picture(
        "dropout_two_layers.gif",
        NOTEBOOK_IMAGES,
        lambda: animate_dropout((2, 5, 6, 5, 1), {1: 0.6, 3: 0.8}, seed=1),
    ),
    Picture("decision_boundaries.png", README_IMAGES, draw_boundaries),
)


def save(picture: Picture, folder: Path) -> Path:
    """Draw one picture and write it, without date or version, so that its bytes repeat."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / picture.file
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        matplotlib.use("Agg")
        drawn = picture.draw()
        if isinstance(drawn, FuncAnimation):
            drawn.save(path, writer=PillowWriter(fps=FRAMES_PER_SECOND), dpi=90)
        else:
            full_colour = io.BytesIO()
            drawn.savefig(full_colour, dpi=100)
            # 128 colours are plenty for flat drawings, and take a third of the bytes.
            Image.open(full_colour).convert("RGB").quantize(128).save(path, optimize=True)
        plt.close("all")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Write all pictures, or those named."""
    parser = argparse.ArgumentParser(description="Make every picture of the course.")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write everything into DIR")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=[picture.file for picture in PICTURES]
    )
    chosen = parser.parse_args(arguments)
    for picture in PICTURES:
        if chosen.only is None or picture.file in chosen.only:
            path = save(picture, chosen.output or picture.folder)
            print(f"{path.name:26s} {path.stat().st_size / 1024:6.0f} KB")


if __name__ == "__main__":
    main()
