# style: type hints, assertions on the masks, int masks
def backward_propagation_with_dropout(
    X: np.ndarray, Y: np.ndarray, cache: tuple[np.ndarray, ...], keep_prob: float
) -> dict[str, np.ndarray]:
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m: int = X.shape[1]
    SCALE: float = 1 / keep_prob
    mask1, mask2 = D1.astype(int), D2.astype(int)
    assert set(np.unique(mask1)) <= {0, 1} and set(np.unique(mask2)) <= {0, 1}

    dZ3 = A3 - Y
    dW3 = dZ3 @ A2.T / m
    db3 = np.mean(dZ3, axis=1, keepdims=True)
    dA2 = SCALE * (W3.T @ dZ3) * mask2
    dZ2 = dA2 * np.int64(A2 > 0)
    dW2 = dZ2 @ A1.T / m
    db2 = np.mean(dZ2, axis=1, keepdims=True)
    dA1 = SCALE * (W2.T @ dZ2) * mask1
    dZ1 = dA1 * np.int64(A1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = np.mean(dZ1, axis=1, keepdims=True)
    assert dA1.shape == A1.shape and dA2.shape == A2.shape
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
