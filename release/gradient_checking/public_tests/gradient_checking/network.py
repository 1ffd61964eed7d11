"""The given network: two layers, tanh and sigmoid. It lies beside the notebook, and is the judge's own.

Columns are examples: X is (n, m), and Y is (1, m). The units of the hidden layer may be any number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

#: What is trained, in the order in which it stands in the vector.
NAMES = ("W1", "b1", "W2", "b2")


def initialize_parameters(n_x: int, n_h: int, seed: int = 3) -> dict[str, np.ndarray]:
    """Random parameters of a network with n_x inputs and n_h hidden units; no bias is zero."""
    draw = np.random.RandomState(seed)
    return {
        "W1": draw.randn(n_h, n_x) / np.sqrt(n_x),
        "b1": 0.3 * draw.randn(n_h, 1),
        "W2": draw.randn(1, n_h) / np.sqrt(n_h),
        "b2": 0.3 * draw.randn(1, 1),
    }


def forward_propagation(
    X: np.ndarray, parameters: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """The outputs A2, (1, m), and the cache (Z1, A1, W1, b1, Z2, A2, W2, b2)."""
    W1, b1, W2, b2 = (parameters[name] for name in NAMES)
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, (Z1, A1, W1, b1, Z2, A2, W2, b2)


def compute_cost(A2: np.ndarray, Y: np.ndarray) -> float:
    """The cross-entropy cost of the outputs: the mean over all examples."""
    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))


def to_vector(values: Mapping[str, np.ndarray], prefix: str = "") -> np.ndarray:
    """Parameters (or gradients, with the prefix "d") as one vector: W1 row by row, b1, W2, b2."""
    return np.concatenate([np.ravel(values[prefix + name]) for name in NAMES])


def to_parameters(theta: np.ndarray, n_x: int, n_h: int) -> dict[str, np.ndarray]:
    """The inverse of `to_vector`, for a network with n_x inputs and n_h hidden units."""
    shapes = {"W1": (n_h, n_x), "b1": (n_h, 1), "W2": (1, n_h), "b2": (1, 1)}
    parameters, start = {}, 0
    for name, shape in shapes.items():
        end = start + shape[0] * shape[1]
        parameters[name] = np.reshape(theta[start:end], shape)
        start = end
    return parameters


def eight_kicks() -> tuple[np.ndarray, np.ndarray]:
    """Eight kicks of last Saturday: where the ball came down, (2, 8), and who headed it, (1, 8)."""
    X = np.array(
        [
            [-0.48, -0.31, -0.16, -0.05, 0.04, 0.12, 0.21, 0.27],
            [0.22, 0.47, -0.11, 0.36, -0.42, 0.15, -0.35, -0.08],
        ]
    )
    return X, np.array([[1, 1, 0, 1, 0, 1, 0, 0]])
