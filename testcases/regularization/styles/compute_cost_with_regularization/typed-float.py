# style: type hints, assertions and a Python float
from __future__ import annotations


def compute_cost_with_regularization(
    A3: np.ndarray, Y: np.ndarray, parameters: dict[str, np.ndarray], lambd: float
) -> float:
    assert A3.shape == Y.shape, f"A3 {A3.shape} and Y {Y.shape} differ"
    assert lambd >= 0
    m: int = Y.shape[1]
    weights: list[np.ndarray] = [parameters["W1"], parameters["W2"], parameters["W3"]]
    penalty: float = lambd / (2 * m) * float(sum((W**2).sum() for W in weights))
    return float(compute_cost(A3, Y)) + penalty
