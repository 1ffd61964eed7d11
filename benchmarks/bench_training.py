"""Training with the notebook's `model` and `reg_utils.py`, against code in the classic manner.

The rival is written here, in our words, with the operations that the classic exercise spends its
time on: an exponential without care for overflow, two logarithms and `nansum` for the cost in
every iteration, masks turned into integers, all gradients collected in a dictionary, parameters
replaced one by one in the caller's dictionary. It differs from the real thing in nothing that
costs time, except that neither side draws the cost curve.

Both sides train the same network from the same start on the same data, in turns, so that a busy
moment of the machine hits both. Counted are seconds of processor time, which other programs
disturb less than the clock; the matrices are too small for more than one thread. The best time of
each side decides: noise only ever adds. Our side has its progress bar on, drawn into memory.
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from datasets.loader import load_data

ITERATIONS = 3000
REPEATS = 9
LEARNING_RATE = 0.3
MODES: Mapping[str, Mapping[str, float]] = {
    "plain": {},
    "L2, lambd 0.7": {"lambd": 0.7},
    "dropout, keep_prob 0.86": {"keep_prob": 0.86},
}
#: How far the final parameters may differ: the rival divides by m earlier, and rounding adds up.
TOLERANCE = 1e-9

ASSIGNMENT = Path(__file__).resolve().parent.parent / "source" / "regularization"
#: The notebook's cells that training needs, by grade_id.
CELLS = (
    "compute_cost_with_regularization",
    "backward_propagation_with_regularization",
    "forward_propagation_with_dropout",
    "backward_propagation_with_dropout",
    "model",
)

Arrays = dict[str, np.ndarray]
Hidden = tuple[np.ndarray, np.ndarray, np.ndarray | None]
Train = Callable[..., Arrays]


# --- the rival ---------------------------------------------------------------------------------


def rival_start(sizes: list[int]) -> Arrays:
    """The same starting weights as the notebook's."""
    np.random.seed(3)
    parameters = {}
    for k in range(1, len(sizes)):
        parameters[f"W{k}"] = np.random.randn(sizes[k], sizes[k - 1]) / np.sqrt(sizes[k - 1])
        parameters[f"b{k}"] = np.zeros((sizes[k], 1))
    return parameters


def rival_layer(W: np.ndarray, below: np.ndarray, b: np.ndarray, keep_prob: float) -> Hidden:
    """One hidden layer: what relu got, what it gave, and the mask (None without dropout)."""
    Z = np.dot(W, below) + b
    A = np.maximum(0, Z)
    if keep_prob == 1:
        return Z, A, None
    numbers = np.random.rand(A.shape[0], A.shape[1])
    mask = numbers < keep_prob
    A = np.multiply(A, mask)
    A = A / keep_prob
    return Z, A, mask


def rival_forward(X: np.ndarray, parameters: Arrays, keep_prob: float) -> tuple[np.ndarray, tuple]:
    """Forward pass, with dropout if keep_prob is below 1."""
    if keep_prob < 1:
        np.random.seed(1)
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1, A1, D1 = rival_layer(W1, X, b1, keep_prob)
    Z2, A2, D2 = rival_layer(W2, A1, b2, keep_prob)
    Z3 = np.dot(W3, A2) + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def rival_cost(A3: np.ndarray, Y: np.ndarray, parameters: Arrays, lambd: float) -> float:
    """Cross entropy by `nansum`, plus the penalty if there is one."""
    m = Y.shape[1]
    terms = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cost = 1.0 / m * np.nansum(terms)
    if lambd == 0:
        return cost
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    squares = np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3))
    return cost + lambd / (2 * m) * squares


def rival_backward_plain(X: np.ndarray, Y: np.ndarray, cache: tuple) -> Arrays:
    """Gradients without regularization: divided by m once, at the start."""
    _, _, A1, _, _, _, _, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = 1.0 / X.shape[1] * (A3 - Y)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    return {
        **{"dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1},
        **{"dW3": np.dot(dZ3, A2.T), "db3": np.sum(dZ3, axis=1, keepdims=True)},
        **{"dW2": np.dot(dZ2, A1.T), "db2": np.sum(dZ2, axis=1, keepdims=True)},
        **{"dW1": np.dot(dZ1, X.T), "db1": np.sum(dZ1, axis=1, keepdims=True)},
    }


def rival_backward_regularized(
    X: np.ndarray, Y: np.ndarray, cache: tuple, lambd: float, keep_prob: float
) -> Arrays:
    """Gradients with penalty or dropout: each divided by m on its own."""
    m = X.shape[1]
    _, D1, A1, W1, _, _, D2, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    if keep_prob < 1:
        dA2 = np.multiply(dA2, D2)
        dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dA1 = np.dot(W2.T, dZ2)
    if keep_prob < 1:
        dA1 = np.multiply(dA1, D1)
        dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    if lambd != 0:
        dW3, dW2, dW1 = dW3 + lambd / m * W3, dW2 + lambd / m * W2, dW1 + lambd / m * W1
    return {
        **{"dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1},
        **{"dW3": dW3, "db3": 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)},
        **{"dW2": dW2, "db2": 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)},
        **{"dW1": dW1, "db1": 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)},
    }


def rival_train(
    X: np.ndarray,
    Y: np.ndarray,
    learning_rate: float,
    num_iterations: int,
    lambd: float = 0,
    keep_prob: float = 1,
) -> Arrays:
    """The loop: forward, cost, backward, update."""
    parameters = rival_start([X.shape[0], 20, 3, 1])
    costs = []
    for i in range(num_iterations):
        A3, cache = rival_forward(X, parameters, keep_prob)
        cost = rival_cost(A3, Y, parameters, lambd)
        if lambd == 0 and keep_prob == 1:
            gradients = rival_backward_plain(X, Y, cache)
        else:
            gradients = rival_backward_regularized(X, Y, cache, lambd, keep_prob)
        for name in parameters:
            parameters[name] = parameters[name] - learning_rate * gradients[f"d{name}"]
        if i % 1000 == 0:
            costs.append(cost)
    return parameters


# --- our side, and the race --------------------------------------------------------------------


def run_source(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run a file or a cell of the assignment, as importing it or Shift+Enter would."""
    exec(compile(source, name, "exec"), namespace)  # noqa: S102  our own notebook


def our_train() -> Train:
    """The notebook's own `model`, with the four solutions, silent but for its progress bar."""
    given: dict[str, Any] = {"__name__": "reg_utils"}
    run_source((ASSIGNMENT / "reg_utils.py").read_text(encoding="utf-8"), "reg_utils.py", given)
    notebook = json.loads((ASSIGNMENT / "regularization.ipynb").read_text(encoding="utf-8"))
    cells = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"])
        for cell in notebook["cells"]
    }
    namespace = {**given, "np": np, "progress": partial(given["progress"], show=True)}
    for grade_id in CELLS:
        run_source(cells[grade_id], grade_id, namespace)
    return partial(namespace["model"], print_cost=False)


def timed(train: Train, X: np.ndarray, Y: np.ndarray, **mode: float) -> tuple[float, Arrays]:
    """Processor seconds of one training, and the parameters it ended with."""
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.process_time()
        parameters = train(X, Y, learning_rate=LEARNING_RATE, num_iterations=ITERATIONS, **mode)
        return time.process_time() - start, parameters


def difference(ours: Arrays, theirs: Arrays) -> float:
    """The largest difference between two sets of parameters, relative to the largest entry."""
    if ours.keys() != theirs.keys():
        return float("inf")
    return max(
        float(np.abs(ours[name] - theirs[name]).max() / np.abs(theirs[name]).max())
        for name in theirs
    )


def run() -> bool:
    """Race in every mode; True if we are at least as fast in each, with the same parameters."""
    data = load_data()
    X, Y = data.X.T, data.y.T.astype(np.int64)
    ours = our_train()
    print(
        f"\ntraining: {ITERATIONS:,} iterations on {X.shape[1]} kicks, {REPEATS} runs each in turns"
    )
    print(f"{'processor seconds':26s}{'notebook':^18s}{'rival':^18s}{'rival /':>9s}   parameters")
    print(f"{'mode':26s}{'best    median':^18s}{'best    median':^18s}{'notebook':>9s}   differ by")
    kept = True
    for name, mode in MODES.items():
        seconds: tuple[list[float], list[float]] = ([], [])
        for repeat in range(REPEATS):
            results = {}
            for side in (0, 1) if repeat % 2 == 0 else (1, 0):
                spent, results[side] = timed((ours, rival_train)[side], X, Y, **mode)
                seconds[side].append(spent)
        apart = difference(results[0], results[1])
        ratio = min(seconds[1]) / min(seconds[0])
        kept = kept and ratio >= 1 and apart <= TOLERANCE
        columns = "".join(f"{min(s):7.3f} {statistics.median(s):9.3f} " for s in seconds)
        print(f"{name:26s}{columns}{ratio:9.2f}   {apart:.0e}", flush=True)
    print("promise: at least as fast as the rival in each mode, with the same parameters:", end=" ")
    print("kept" if kept else "NOT KEPT")
    return kept
