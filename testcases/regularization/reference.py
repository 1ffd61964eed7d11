"""What a right answer is, written from the formulas. Private: never part of a release.

Source of the formulas: cross entropy with an L2 penalty λ/(2m) Σ‖W‖², and its gradient; inverted
dropout, A ← A·D/keep_prob, and its gradient with the mask held fixed. Both are checked against
finite differences in `tests/test_reference.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from .items import DROPOUT_CACHE
from .network import Parameters, cross_entropy, relu, sigmoid

Arrays = dict[str, np.ndarray]


def cost_with_l2(A3: np.ndarray, Y: np.ndarray, parameters: Parameters, lambd: float) -> float:
    """J = cross entropy + λ/(2m) Σ_l Σ_kj (W^[l]_kj)²."""
    penalty = sum(float((parameters[name] ** 2).sum()) for name in ("W1", "W2", "W3"))
    return cross_entropy(A3, Y) + lambd / (2 * Y.shape[1]) * penalty


@lru_cache(maxsize=64)
def seeded_numbers(first: int, units: int, m: int) -> np.ndarray:
    """Numbers of the stream that np.random.seed(1) begins, from number `first` on; (units, m).

    They depend on sizes alone, and are kept because beginning a stream takes longer than a whole
    forward pass.
    """
    numbers = np.random.RandomState(1).rand(first + units * m)[first:].reshape(units, m)
    numbers.flags.writeable = False
    return numbers


def seeded_masks(n_1: int, n_2: int, m: int, keep_prob: float) -> tuple[np.ndarray, np.ndarray]:
    """D1 and D2 of the seeded protocol.

    The protocol: np.random.seed(1), then rand of A1's shape, then rand of A2's shape; a unit stays
    where its number is below `keep_prob`.
    """
    return seeded_numbers(0, n_1, m) < keep_prob, seeded_numbers(n_1 * m, n_2, m) < keep_prob


def dropout_cache(
    X: np.ndarray,
    parameters: Parameters,
    D1: np.ndarray,
    D2: np.ndarray,
    keep_prob: float,
    own: Mapping[str, np.ndarray] | None = None,
) -> tuple[np.ndarray, ...]:
    """The cache of a forward pass with the given masks.

    Args:
        own: a student's entries to follow through from, if any: Z2 is expected to follow from
            their A1, and so on.
    """
    own = own or {}
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ own.get("A1", A1) + b2
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ own.get("A2", A2) + b3
    return (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, sigmoid(Z3), W3, b3)


def dropout_forward(
    X: np.ndarray,
    parameters: Parameters,
    keep_prob: float,
    own: Mapping[str, np.ndarray] | None = None,
) -> Arrays:
    """Every entry of the forward pass with dropout, under the seeded protocol.

    Args:
        own: see `dropout_cache`; masks in it take the place of the protocol's.
    """
    own = own or {}
    n_1, n_2, m = parameters["W1"].shape[-2], parameters["W2"].shape[-2], X.shape[1]
    D1, D2 = seeded_masks(n_1, n_2, m, keep_prob)
    masks = own.get("D1", D1), own.get("D2", D2)
    values = dropout_cache(X, parameters, *masks, keep_prob, own)
    entries = dict(zip(DROPOUT_CACHE, values, strict=True))
    return {**entries, "A3 in the cache": entries["A3"]}


def backward(
    X: np.ndarray,
    Y: np.ndarray,
    cache: Mapping[str, np.ndarray],
    lambd: float = 0.0,
    keep_prob: float = 1.0,
    own: Mapping[str, np.ndarray] | None = None,
) -> Arrays:
    """All gradients, with an L2 penalty (λ > 0) or through dropout masks (D1, D2 in the cache).

    The cache may be one of several passes, with an axis more in front of every entry.

    The convention of the exercise: dZ and dA are those of m·J, dW and db those of J.
    """
    own = own or {}
    m = X.shape[1]
    gradients: Arrays = {}
    below = {3: cache["A2"], 2: cache["A1"], 1: X}
    dZ = cache["A3"] - Y
    for layer in (3, 2, 1):
        if layer < 3:
            dA = cache[f"W{layer + 1}"].mT @ own.get(f"dZ{layer + 1}", dZ)
            if f"D{layer}" in cache:
                dA = dA * cache[f"D{layer}"] / keep_prob
            gradients[f"dA{layer}"] = dA
            active = cache[f"A{layer}"] > 0
            dZ = own.get(f"dA{layer}", dA) * active
            if not dZ.any():  # zeros would follow from it, whatever is done
                dZ = dA * active
        gradients[f"dZ{layer}"] = dZ
        through = own.get(f"dZ{layer}", dZ)
        gradients[f"dW{layer}"] = through @ below[layer].mT / m + lambd / m * cache[f"W{layer}"]
        gradients[f"db{layer}"] = through.sum(axis=-1, keepdims=True) / m
    return gradients
