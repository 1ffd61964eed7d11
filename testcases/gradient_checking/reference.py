"""The formulas. Private: students are asked to write these."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .items import Cost

#: What `numerical_gradient` takes if it is not told otherwise.
EPSILON = 1e-7


def central_differences(cost: Cost, theta: np.ndarray, epsilon: float) -> np.ndarray:
    """(J(θ + ε e_i) − J(θ − ε e_i)) / 2ε for every i."""
    steps = epsilon * np.eye(theta.size)
    return np.array([(cost(theta + step) - cost(theta - step)) / (2 * epsilon) for step in steps])


def relative_difference(gradient: np.ndarray, approximation: np.ndarray) -> float:
    """‖a − b‖ / (‖a‖ + ‖b‖), and 0 where both are zero."""
    norms = float(np.linalg.norm(gradient) + np.linalg.norm(approximation))
    return float(np.linalg.norm(gradient - approximation)) / norms if norms else 0.0


def backward(X: np.ndarray, Y: np.ndarray, cache: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """The gradients of the cost of the given network."""
    _, A1, _, _, _, A2, W2, _ = cache
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    return {
        "dW2": dZ2 @ A1.T / m,
        "db2": dZ2.mean(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.mean(axis=1, keepdims=True),
    }
