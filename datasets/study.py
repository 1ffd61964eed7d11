"""Does the process teach? Three models on many data sets of it, with intervals.

Trains the assignment's three models, as the notebook does, on data sets of different seeds, all of
them at once: the arrays have one more axis in front, for the data set. A test compares this trainer
with the notebook's on one set.
"""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

from .make import SEED, draw

SIZES = (2, 20, 3, 1)
LEARNING_RATE = 0.3
ITERATIONS = 30_000
#: Name, λ and keep_prob of the three models.
MODELS = (
    ("no regularization", 0.0, 1.0),
    ("L2, λ = 0.7", 0.7, 1.0),
    ("dropout, keep_prob = 0.86", 0.0, 0.86),
)
_INIT_SEED, _MASK_SEED = 3, 1


@dataclass(frozen=True)
class Accuracies:
    """Train and test accuracy of one model, one entry per data set."""

    name: str
    train: np.ndarray
    test: np.ndarray


def _start(sets: int) -> list[np.ndarray]:
    stream = np.random.RandomState(_INIT_SEED)
    parameters = []
    for fan_in, units in itertools.pairwise(SIZES):
        parameters += [stream.randn(units, fan_in) / np.sqrt(fan_in), np.zeros((units, 1))]
    return [np.repeat(array[np.newaxis], sets, axis=0) for array in parameters]


def train_all(
    X: np.ndarray, Y: np.ndarray, lambd: float, keep_prob: float, iterations: int = ITERATIONS
) -> list[np.ndarray]:
    """Parameters [W1, b1, W2, b2, W3, b3] of one model on all data sets.

    Args:
        X: inputs (sets, 2, m).
        Y: labels (sets, 1, m).
    """
    sets, _, m = X.shape
    W1, b1, W2, b2, W3, b3 = _start(sets)
    masks = np.random.RandomState(_MASK_SEED)  # the seeded protocol: the same masks at every step
    M1 = (masks.rand(SIZES[1], m) < keep_prob) / keep_prob
    M2 = (masks.rand(SIZES[2], m) < keep_prob) / keep_prob
    Xt = X.transpose(0, 2, 1)
    for _ in range(iterations):
        A1 = np.maximum(W1 @ X + b1, 0) * M1
        A2 = np.maximum(W2 @ A1 + b2, 0) * M2
        dZ3 = (expit(W3 @ A2 + b3) - Y) / m
        dZ2 = (W3.transpose(0, 2, 1) @ dZ3) * M2 * (A2 > 0)
        dZ1 = (W2.transpose(0, 2, 1) @ dZ2) * M1 * (A1 > 0)
        for W, b, dZ, below in (
            (W3, b3, dZ3, A2.transpose(0, 2, 1)),
            (W2, b2, dZ2, A1.transpose(0, 2, 1)),
            (W1, b1, dZ1, Xt),
        ):
            W -= LEARNING_RATE * (dZ @ below + lambd / m * W)
            b -= LEARNING_RATE * dZ.sum(axis=2, keepdims=True)
    return [W1, b1, W2, b2, W3, b3]


def accuracy(parameters: list[np.ndarray], X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Share of right predictions per data set, all units on."""
    W1, b1, W2, b2, W3, b3 = parameters
    Z3 = W3 @ np.maximum(W2 @ np.maximum(W1 @ X + b1, 0) + b2, 0) + b3
    right: np.ndarray = ((Z3 > 0) == (Y > 0.5)).mean(axis=(1, 2))
    return right


def run(seeds: list[int]) -> list[Accuracies]:
    """The three models on the data sets of these seeds."""
    drawn = [draw(seed) for seed in seeds]
    X, Y, X_test, Y_test = (
        np.stack([arrays[key].T.astype(float) for arrays in drawn])
        for key in ("X", "y", "Xval", "yval")
    )
    results = []
    for number, (name, lambd, keep_prob) in enumerate(MODELS, start=1):
        print(
            f"training {name!r} on {len(seeds)} sets ({number} of {len(MODELS)}) ...",
            file=sys.stderr,
        )
        parameters = train_all(X, Y, lambd, keep_prob)
        results.append(
            Accuracies(name, accuracy(parameters, X, Y), accuracy(parameters, X_test, Y_test))
        )
    return results


def _percent_with_interval(values: np.ndarray, sign: str = "") -> str:
    reach = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return f"{values.mean():{sign}.1%} ± {reach:.1%}"


def table(sets: int) -> str:
    """The study as a Markdown table: means over `sets` data sets, and the set that ships."""
    results = run([SEED, *range(1001, 1001 + sets)])
    lines = [
        "| model | train | test | test − test of no regularization | the set that ships: train / test |",
        "|---|---|---|---|---|",
    ]
    baseline = results[0].test[1:]
    for result in results:
        gain = (
            "–" if result is results[0] else _percent_with_interval(result.test[1:] - baseline, "+")
        )
        lines.append(
            f"| {result.name} | {_percent_with_interval(result.train[1:])} "
            f"| {_percent_with_interval(result.test[1:])} | {gain} "
            f"| {result.train[0]:.1%} / {result.test[0]:.1%} |"
        )
    better = [np.mean(result.test[1:] > baseline) for result in results[1:]]
    lines += [
        "",
        f"Means over {sets} data sets drawn with the seeds 1001 to {1000 + sets}, with 95 % intervals "
        "of the mean (t distribution); differences are paired by data set. On a single data set L2 "
        f"beats no regularization in {better[0]:.0%} of the cases, dropout in {better[1]:.0%}.",
    ]
    return "\n".join(lines)


def main(sets: int) -> None:
    """Print the table, and how long it took."""
    start = time.monotonic()
    print(table(sets))
    print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
