# style: type hints, constants and shape assertions
def backward_propagation_with_regularization(
    X: np.ndarray, Y: np.ndarray, cache: tuple, lambd: float
) -> "dict[str, np.ndarray]":
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    INV_M: float = 1.0 / X.shape[1]
    DECAY: float = lambd * INV_M

    dZ3 = np.subtract(A3, Y)
    dW3 = INV_M * dZ3 @ A2.T + DECAY * W3
    assert dW3.shape == W3.shape
    db3 = INV_M * dZ3.sum(axis=1, keepdims=True)
    assert db3.shape == b3.shape, "db3"

    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (Z2 > 0)
    dW2 = INV_M * dZ2 @ A1.T + DECAY * W2
    assert dW2.shape == W2.shape
    db2 = INV_M * dZ2.sum(axis=1, keepdims=True)

    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    dW1 = INV_M * dZ1 @ X.T + DECAY * W1
    assert dW1.shape == W1.shape
    db1 = INV_M * dZ1.sum(axis=1, keepdims=True)

    return dict(
        dZ3=dZ3, dW3=dW3, db3=db3, dA2=dA2, dZ2=dZ2, dW2=dW2, db2=db2, dA1=dA1, dZ1=dZ1, dW1=dW1, db1=db1
    )
