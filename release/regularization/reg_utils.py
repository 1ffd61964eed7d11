"""The given network of the assignment, and what the notebook needs to train and to draw it.

The network has three layers, LINEAR -> RELU -> LINEAR -> RELU -> LINEAR -> SIGMOID. Everything
works on whole batches: a column is one example, so X is (features, m) and Y is (1, m), where m
counts the examples. Numbers in brackets, such as (1), are the notebook's formulas.
Needs numpy, scipy and matplotlib, and for `load_2D_dataset` the folder `datasets/` beside it.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import expit, xlogy

Parameters = dict[str, np.ndarray]

# Okabe-Ito colours: people who confuse red and green can still tell these two apart. The marker
# says the same thing again, for a print in grey. Order: class 0, class 1.
TEAMS: tuple[dict[str, Any], ...] = (
    {"label": "the other team", "color": "#D55E00", "marker": "x"},
    {"label": "our team wins the header", "color": "#0072B2", "marker": "o"},
)
GRID = 300  # points per side at which a decision boundary is evaluated: 90,000 whatever the range
MARGIN = 0.05  # free space around the points, as a share of their range
REFRESH = 0.25  # seconds between two pictures of the progress bar


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), element by element, for a number or an array of any shape.

    Does not overflow: sigmoid(-1000) is 0.0 and sigmoid(1000) is 1.0, without a warning.
    """
    return expit(x)


def relu(x: np.ndarray) -> np.ndarray:
    """Return max(0, x), element by element, for a number or an array of any shape."""
    return np.maximum(0, x)


def initialize_parameters(layer_dims: Sequence[int], seed: int = 3) -> Parameters:
    """Draw the first weights of a network and set its biases to zero.

    Arguments:
    layer_dims -- units per layer, input first; [2, 20, 3, 1] makes the assignment's network
    seed -- start of NumPy's global random stream (`np.random.seed`), which this function resets;
            3 gives the numbers printed in the notebook

    Returns a dictionary, for each layer l = 1, 2, ...:
    "W<l>" -- float64 (layer_dims[l], layer_dims[l-1]), normal with variance 1 / layer_dims[l-1]
    "b<l>" -- float64 zeros (layer_dims[l], 1)
    """
    np.random.seed(seed)
    parameters = {}
    for layer, (fan_in, units) in enumerate(pairwise(layer_dims), start=1):
        parameters[f"W{layer}"] = np.random.randn(units, fan_in) / np.sqrt(fan_in)
        parameters[f"b{layer}"] = np.zeros((units, 1))
    return parameters


def forward_propagation(X: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, tuple]:
    """Run the network on every column of X.

    Arguments:
    X -- float (features, m)
    parameters -- "W1", "b1", "W2", "b2", "W3", "b3" as `initialize_parameters` makes them

    Returns:
    A3 -- float64 (1, m), the probability of class 1 for each example
    cache -- (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3), what `backward_propagation` needs;
             Z<l> = W<l> A<l-1> + b<l> with A0 = X. The weights in it are the caller's own arrays.
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def compute_cost(A3: np.ndarray, Y: np.ndarray) -> float:
    """Return the mean cross entropy, formula (1).

        J = -1/m * sum( y log(a) + (1 - y) log(1 - a) )

    Arguments:
    A3 -- float (1, m), probabilities from the forward pass
    Y -- (1, m), labels 0 or 1 of any number type

    A term whose factor y or 1 - y is 0 counts as 0, even where its logarithm is infinite: an
    example that is certain and right costs nothing. One that is certain and wrong costs infinity.
    No warning in either case. A probability that is nan makes the cost nan: training diverged.
    """
    total = (xlogy(Y, A3) + xlogy(1 - Y, 1 - A3)).sum()
    return float((0.0 - total) / Y.shape[1])  # `-total` would print a perfect cost as -0.0


def backward_propagation(X: np.ndarray, Y: np.ndarray, cache: tuple) -> Parameters:
    """Return the gradients of `compute_cost`, by the chain rule from the last layer to the first.

    Arguments:
    X -- float (features, m), the input of the forward pass
    Y -- (1, m), labels 0 or 1
    cache -- from `forward_propagation(X, parameters)`

    Returns a dictionary of float64 arrays, each shaped as the quantity it is the gradient of:
    "dW<l>", "db<l>" -- gradients of the cost, averaged over the m examples
    "dZ<l>", "dA<l>" -- gradients of each example's own term, not yet divided by m; dA3 is left
                        out, because dZ3 = A3 - Y needs no detour
    """
    m = X.shape[1]
    _, A1, _, _, _, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)  # the slope of relu is 1 where it let the signal through, 0 elsewhere
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    return {
        "dZ3": dZ3,
        "dW3": np.dot(dZ3, A2.T) / m,
        "db3": dZ3.sum(axis=1, keepdims=True) / m,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": np.dot(dZ2, A1.T) / m,
        "db2": dZ2.sum(axis=1, keepdims=True) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": dZ1.sum(axis=1, keepdims=True) / m,
    }


def update_parameters(
    parameters: Parameters, gradients: Parameters, learning_rate: float
) -> Parameters:
    """Take one step of gradient descent: each W and b loses learning_rate times its gradient.

    Returns a new dictionary with new arrays. Neither `parameters` nor `gradients` is changed, so
    write `parameters = update_parameters(parameters, gradients, learning_rate)`.
    """
    return {
        name: value - learning_rate * gradients["d" + name] for name, value in parameters.items()
    }


def predict_dec(parameters: Parameters, X: np.ndarray) -> np.ndarray:
    """Decide for each column of X: bool (1, m), True where the probability of class 1 is > 0.5."""
    A3, _cache = forward_propagation(X, parameters)
    return A3 > 0.5


def accuracy(X: np.ndarray, Y: np.ndarray, parameters: Parameters) -> float:
    """Return the share of the examples, 0.0 to 1.0, whose label in Y (1, m) the network hits."""
    return float(np.mean(predict_dec(parameters, X) == Y))


def predict(X: np.ndarray, Y: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Print the accuracy on X (features, m) with labels Y (1, m); return the labels predicted.

    Returns int64 (1, m) of 0 and 1. Dropout plays no part here: every unit answers.
    """
    predictions = predict_dec(parameters, X).astype(np.int64)
    print(f"Accuracy: {float(np.mean(predictions == Y))}")
    return predictions


def load_2D_dataset() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read `datasets/data.mat`, draw the training points, and return the four arrays.

    Returns train_X (2, 211) and test_X (2, 200), float64, one column per header on the field, and
    train_Y (1, 211) and test_Y (1, 200), int64, 1 where our team won it. Raises the loader's
    `DataSetError`, with the remedy, if the file is missing or is not the one it should be.
    """
    from datasets.loader import load_data  # here, so that the network works without any data

    data = load_data()
    # Signed labels: with the file's uint8, `Y - 1` would turn 0 into 255 without a word.
    train_Y, test_Y = data.y.T.astype(np.int64), data.yval.T.astype(np.int64)
    ax, made = _axes(None, current=False)
    _scatter(ax, data.X.T, train_Y)
    ax.set_title("Training set: who won the header, and where")
    _finish(ax, made)
    return data.X.T, train_Y, data.Xval.T, test_Y


def progress(total: int, label: str = "training", show: bool | None = None) -> Iterator[int]:
    """Yield 0, 1, ... total - 1 like `range`, and draw a bar on one line of stdout meanwhile.

    The bar is drawn at most four times a second, so it costs the loop nothing worth measuring. It
    is short and ends with a carriage return: the next line printed covers it, be it the loop's
    own or the closing one, which says how far it came and how long it took.
    `show=None` draws it in a terminal and in a notebook, and stays silent in a file or a pipe.
    """
    if show is None:
        show = sys.stdout.isatty() or type(sys.stdout).__module__.startswith("ipykernel")
    start = due = time.monotonic()
    done = 0
    try:
        for i in range(total):
            if show and (now := time.monotonic()) >= due:
                due = now + REFRESH
                filled = 10 * i // total
                bar = f"{label} {'█' * filled:░<10} {100 * i // total:3d} %"
                print(bar, end="\r", flush=True)
            yield i
            done = i + 1
    finally:  # also when the loop was left by `break` or by an error
        if show:
            print(f"{label}: {done:,} of {total:,} in {time.monotonic() - start:.1f} s")


def plot_costs(
    costs: Sequence[float], learning_rate: float, every: int = 1000, ax: Axes | None = None
) -> Axes:
    """Draw costs[k], noted after k * every iterations, in a figure of its own or in `ax`."""
    ax, made = _axes(ax, current=False)
    ax.plot(np.arange(len(costs)) * every, costs, color=TEAMS[1]["color"])
    ax.set(xlabel="iterations", ylabel="cost J", title=f"Learning rate = {learning_rate}")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(alpha=0.3)
    return _finish(ax, made)


def plot_decision_boundary(
    model: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Colour the field by the model's decision, draw the line between and the points on top.

    Arguments:
    model -- called once with float64 (N, 2), one *row* per place; answers N labels or
             probabilities in any shape. `lambda x: predict_dec(parameters, x.T)` will do.
    X -- float (2, m), the points to draw
    Y -- their labels 0 or 1, (1, m)
    ax -- where to draw. Left out, the current axes are used if there are any; otherwise a figure
          is made and shown. Limits that you set beforehand are kept. Returns the Axes.
    title -- written above, if given
    """
    ax, made = _axes(ax, current=True)
    x_range = _view(X[0]) if ax.get_autoscalex_on() else ax.get_xlim()
    y_range = _view(X[1]) if ax.get_autoscaley_on() else ax.get_ylim()
    xx, yy = np.meshgrid(np.linspace(*x_range, GRID), np.linspace(*y_range, GRID))
    answers = np.asarray(model(np.column_stack([xx.ravel(), yy.ravel()])))
    ours = (answers.reshape(xx.shape) > 0.5).astype(float)
    colours = [team["color"] for team in TEAMS]
    ax.contourf(xx, yy, ours, levels=[-0.5, 0.5, 1.5], colors=colours, alpha=0.2)
    if ours.min() < ours.max():  # matplotlib warns when there is no line to draw
        ax.contour(xx, yy, ours, levels=[0.5], colors="black", linewidths=1)
    _scatter(ax, X, Y)
    ax.set(xlim=x_range, ylim=y_range)
    if title is not None:
        ax.set_title(title)
    return _finish(ax, made)


def _view(points: np.ndarray) -> tuple[float, float]:
    """Return the stretch of one axis to draw: the points' range and a margin."""
    low, high = float(points.min()), float(points.max())
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _scatter(ax: Axes, X: np.ndarray, Y: np.ndarray) -> None:
    """Draw the points of both classes, with legend and axis labels."""
    for value, team in enumerate(TEAMS):
        chosen = X[:, np.ravel(Y) == value]
        ax.scatter(chosen[0], chosen[1], s=22, linewidths=1.2, **team)
    ax.set(xlabel="$x_1$, along the field", ylabel="$x_2$, across the field")
    ax.legend(loc="best", fontsize="small")


def _axes(ax: Axes | None, current: bool) -> tuple[Axes, Figure | None]:
    """Return the Axes to draw on (`current`: an open figure's will do), and a figure made here."""
    if ax is not None:
        return ax, None
    if current and plt.get_fignums():
        return plt.gca(), None
    figure = plt.figure(layout="constrained")
    return figure.gca(), figure


def _finish(ax: Axes, made: Figure | None) -> Axes:
    """Show a figure that was made here; leave everybody else's alone."""
    if made and plt.get_backend().lower() == "agg":
        plt.close(made)  # this backend cannot show, and every run would leave a figure in memory
    elif made:
        plt.show()  # a notebook closes its figures itself; a window is its reader's to close
    return ax
