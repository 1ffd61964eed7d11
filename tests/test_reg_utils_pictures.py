"""What the given network, `reg_utils.py`, shows: its pictures and its progress bar."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

from datasets.loader import load_data

from .given_network import a_net, given, recorded_figures

# Also without this project's settings for pytest, no warning may pass.
pytestmark = pytest.mark.filterwarnings("error")

CIRCLE, CROSS = ("o", "#0072B2"), ("x", "#D55E00")


@pytest.fixture
def figures() -> Iterator[list[Figure]]:
    """All figures made during the test; none was open before."""
    with recorded_figures() as made:
        yield made


def points_in(ax: Axes) -> dict[tuple[str, str], np.ndarray]:
    """(marker, colour) → the points that are drawn so, for our two ways to draw them."""
    found = {}
    for marker, colour in (CIRCLE, CROSS):
        style = MarkerStyle(marker)
        outline = style.get_path().transformed(style.get_transform()).vertices
        for group in ax.collections:
            paths = group.get_paths()
            same_shape = len(paths) == 1 and np.array_equal(paths[0].vertices, outline)
            if same_shape and np.array_equal(group.get_edgecolor(), [to_rgba(colour)]):
                found[marker, colour] = np.ma.getdata(group.get_offsets())
    return found


def assert_tells_teams_apart(ax: Axes, X: np.ndarray, Y: np.ndarray) -> None:
    """Blue circles are class 1, vermillion crosses class 0; legend and labels say so."""
    drawn = points_in(ax)
    np.testing.assert_array_equal(drawn[CIRCLE], X[:, Y[0] == 1].T)
    np.testing.assert_array_equal(drawn[CROSS], X[:, Y[0] == 0].T)
    legend = ax.get_legend()
    assert legend is not None
    assert [entry.get_text() for entry in legend.get_texts()] == [
        "the other team",
        "our team wins the header",
    ]
    assert "x_1" in ax.get_xlabel()
    assert "x_2" in ax.get_ylabel()


def uphill(places: np.ndarray) -> np.ndarray:
    """A model in the form that `plot_decision_boundary` asks for: rows above a diagonal are 1."""
    return places[:, 0] + places[:, 1] > 0


def test_data_set_has_columns_and_a_picture(figures: list[Figure]) -> None:
    """Loading turns kicks into columns with signed labels, draws the training set, closes it."""
    train_X, train_Y, test_X, test_Y = given.load_2D_dataset()
    assert [a.shape for a in (train_X, train_Y, test_X, test_Y)] == [
        *((2, 211), (1, 211)),
        *((2, 200), (1, 200)),
    ]
    assert (train_X.dtype, train_Y.dtype, test_Y.dtype) == (np.float64, np.int64, np.int64)
    data = load_data()
    np.testing.assert_array_equal(train_X[:, 5], data.X[5])
    np.testing.assert_array_equal(test_Y[0], data.yval[:, 0])
    (figure,) = figures
    assert_tells_teams_apart(figure.axes[0], train_X, train_Y)
    assert plt.get_fignums() == []


def test_boundary_lies_where_the_decision_changes(figures: list[Figure]) -> None:
    """The black line follows the diagonal of the model, and both sides have their colours."""
    X, Y, _ = a_net((2, 1, 1, 1), m=30)
    ax = given.plot_decision_boundary(uphill, X, Y, title="uphill")
    line = np.vstack(ax.collections[1].get_paths()[0].vertices)
    grid_step = max(np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())) / 299
    assert len(line) > 100
    assert np.abs(line.sum(axis=1)).max() <= grid_step
    sides = [tuple(colour) for colour in ax.collections[0].get_facecolor()]
    assert sides == [to_rgba(CROSS[1], 0.2), to_rgba(CIRCLE[1], 0.2)]
    assert_tells_teams_apart(ax, X, Y)
    assert ax.get_title() == "uphill"
    assert (len(figures), plt.get_fignums()) == (1, [])


@pytest.mark.parametrize(
    "model",
    [
        lambda places: 0.1 + 0.8 * uphill(places)[np.newaxis],
        lambda places: uphill(places)[:, np.newaxis].astype(int),
        lambda places: uphill(places).tolist(),
    ],
)
def test_boundary_takes_answers_in_any_form(figures: list[Figure], model: Any) -> None:
    """Probabilities or labels, as row, column or list, give the same line."""
    X, Y, _ = a_net((2, 1, 1, 1), m=30)
    lines = [
        given.plot_decision_boundary(each, X, Y).collections[1].get_paths()[0].vertices
        for each in (model, uphill)
    ]
    np.testing.assert_array_equal(*lines)


def test_boundary_is_drawn_into_the_picture_that_was_begun(figures: list[Figure]) -> None:
    """As in the classic cell: title and limits set before stay, and the figure stays open."""
    X, Y, _ = a_net((2, 1, 1, 1), m=30)
    plt.title("mine")
    plt.gca().set_xlim(-0.75, 0.4)
    ax = given.plot_decision_boundary(uphill, X, Y)
    assert ax is plt.gca()
    assert (ax.get_title(), ax.get_xlim()) == ("mine", (-0.75, 0.4))
    assert ax.get_ylim()[0] < X[1].min() < X[1].max() < ax.get_ylim()[1]
    assert (len(figures), len(plt.get_fignums())) == (1, 1)


def test_a_model_of_one_opinion_has_no_boundary(figures: list[Figure]) -> None:
    """Where the model says the same everywhere, there is no line, and no warning about it."""
    X, Y, _ = a_net((2, 1, 1, 1), m=30)
    ax = given.plot_decision_boundary(lambda places: np.ones(len(places)), X, Y)
    assert len(ax.collections) == 3  # the region and two kinds of points
    assert_tells_teams_apart(ax, X, Y)


def test_cost_curve_never_lands_in_another_picture(figures: list[Figure]) -> None:
    """Costs are drawn over their iterations, in a figure of their own, whatever else is open."""
    other = plt.figure()
    ax = given.plot_costs([0.7, 0.4, 0.3], 0.3)
    (curve,) = ax.lines
    np.testing.assert_array_equal(curve.get_xydata(), [[0, 0.7], [1000, 0.4], [2000, 0.3]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iterations", "cost J")
    assert ax.get_title() == "Learning rate = 0.3"
    assert plt.get_fignums() == [other.number]
    assert (len(figures), other.axes) == (2, [])
    mine = other.add_subplot()
    assert given.plot_costs([1.0, np.inf], 0.1, every=10, ax=mine) is mine


def test_progress_counts_like_range_and_is_silent_in_a_pipe(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The loop gets the numbers of `range`; where nobody watches, nothing is written."""
    assert list(given.progress(5)) == [0, 1, 2, 3, 4]
    assert list(given.progress(0)) == []
    assert capfd.readouterr() == ("", "")


def test_progress_draws_few_bars_and_ends_with_a_summary(capfd: pytest.CaptureFixture[str]) -> None:
    """A loop of 20,000 turns is drawn a few times only, on stdout, and each text covers the last."""
    for _ in given.progress(20_000, label="models", show=True):
        pass
    out, err = capfd.readouterr()
    *bars, summary = out.split("\r")
    assert err == ""
    assert 1 <= len(bars) <= 20
    assert bars[0] == "models ░░░░░░░░░░   0 %"
    assert re.fullmatch(r"models: 20,000 of 20,000 in \d+\.\d s\n", summary)
    assert len(summary) > max(map(len, bars))


def test_progress_says_how_far_it_came(capfd: pytest.CaptureFixture[str]) -> None:
    """A loop that is left early still ends its line, with the number of finished iterations."""
    for i in given.progress(100, show=True):
        if i == 7:
            break
    assert "training: 7 of 100 in" in capfd.readouterr().out


def test_progress_shows_itself_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal the bar appears without being asked for."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    reader, writer = pty.openpty()
    with (
        io.TextIOWrapper(io.FileIO(writer, "w"), encoding="utf-8") as terminal,
        monkeypatch.context() as patch,
    ):
        patch.setattr(sys, "stdout", terminal)
        assert list(given.progress(3)) == [0, 1, 2]
        terminal.flush()
        shown = os.read(reader, 1000).decode("utf-8")
    os.close(reader)
    assert "training ░░░░░░░░░░   0 %\r" in shown
