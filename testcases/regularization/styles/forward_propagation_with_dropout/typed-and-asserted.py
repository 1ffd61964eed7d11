# style: type hints, assertions, no gaps left
def forward_propagation_with_dropout(
    X: np.ndarray, parameters: dict, keep_prob: float = 0.5
) -> tuple[np.ndarray, tuple]:
    assert 0 < keep_prob <= 1, f"keep_prob is {keep_prob}"
    np.random.seed(seed=1)
    (W1, b1), (W2, b2), (W3, b3) = ((parameters[f"W{l}"], parameters[f"b{l}"]) for l in (1, 2, 3))

    Z1: np.ndarray = W1 @ X + b1
    D1: np.ndarray = np.random.rand(*Z1.shape) < keep_prob
    A1: np.ndarray = np.maximum(Z1, 0) * D1 / keep_prob
    assert A1.shape == (W1.shape[0], X.shape[1])

    Z2: np.ndarray = W2 @ A1 + b2
    D2: np.ndarray = np.random.rand(*Z2.shape) < keep_prob
    A2: np.ndarray = np.maximum(Z2, 0) * D2 / keep_prob
    assert A2.shape == D2.shape

    Z3: np.ndarray = W3 @ A2 + b3
    A3: np.ndarray = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
