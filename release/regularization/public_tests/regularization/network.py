"""The plain network LINEAR→RELU→LINEAR→RELU→LINEAR→SIGMOID, without any regularization.

Public: it is what the assignment gives anyway. The fixtures, the short training and the reference
stand on it. Written from the formulas, independently of the notebook's `reg_utils.py`, so that
each can be tested against the other.

Shapes: X (n_x, m); Wl (n_l, n_{l-1}); bl (n_l, 1); Zl, Al (n_l, m); Y (1, m); all float64.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Parameters = Mapping[str, np.ndarray]


def sigmoid(Z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−Z)), without overflow for any finite Z."""
    small = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, small) / (1.0 + small)


def relu(Z: np.ndarray) -> np.ndarray:
    """max(0, Z), elementwise."""
    return np.maximum(Z, 0.0)


def forward(X: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """A3 of shape (1, m), and the cache (Z1,A1,W1,b1,Z2,A2,W2,b2,Z3,A3,W3,b3)."""
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def cross_entropy(A3: np.ndarray, Y: np.ndarray) -> float:
    """−(1/m) Σ (y log a + (1 − y) log(1 − a)), where 0·log 0 counts as 0."""
    with np.errstate(divide="ignore"):
        terms = np.where(Y > 0, np.log(A3), 0.0) * Y + np.where(Y < 1, np.log(1 - A3), 0.0) * (
            1 - Y
        )
    return float(-np.sum(terms) / Y.shape[1])


def descend(
    parameters: Parameters, gradients: Mapping[str, np.ndarray], rate: float
) -> dict[str, np.ndarray]:
    """New parameters after one step of gradient descent; the old ones stay as they are."""
    return {name: value - rate * gradients[f"d{name}"] for name, value in parameters.items()}
