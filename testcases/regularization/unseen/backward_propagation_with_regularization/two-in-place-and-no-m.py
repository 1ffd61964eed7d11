# mistake: the caller's weights are scaled in place
# mistake: the data term is not divided by m
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    W1 *= lambd / m
    W2 *= lambd / m
    W3 *= lambd / m
    return {
        "dZ3": dZ3, "dW3": dZ3 @ A2.T + W3, "db3": dZ3.mean(axis=1, keepdims=True),
        "dA2": dA2, "dZ2": dZ2, "dW2": dZ2 @ A1.T + W2, "db2": dZ2.mean(axis=1, keepdims=True),
        "dA1": dA1, "dZ1": dZ1, "dW1": dZ1 @ X.T + W1, "db1": dZ1.mean(axis=1, keepdims=True),
    }
