# style: walrus expressions inside the dictionary
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    _, D1, A1, _, _, _, D2, A2, W2, _, _, A3, W3, _ = cache
    m = np.shape(X)[-1]
    return {
        "dZ3": (dZ3 := A3 - Y),
        "dW3": dZ3 @ A2.T / m,
        "db3": dZ3.sum(1, keepdims=True) / m,
        "dA2": (dA2 := W3.T @ dZ3 * D2 / keep_prob),
        "dZ2": (dZ2 := dA2 * (A2 > 0)),
        "dW2": dZ2 @ A1.T / m,
        "db2": dZ2.sum(1, keepdims=True) / m,
        "dA1": (dA1 := W2.T @ dZ2 * D1 / keep_prob),
        "dZ1": (dZ1 := dA1 * (A1 > 0)),
        "dW1": dZ1 @ X.T / m,
        "db1": dZ1.sum(1, keepdims=True) / m,
    }
