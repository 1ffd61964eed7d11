# style: a helper for the way back through dropout
def dropout_backward(dA, D, keep_prob):
    return dA * D / keep_prob


def linear_backward(dZ, A_prev, W):
    m = dZ.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2, dW3, db3 = linear_backward(dZ3, A2, W3)
    dA2 = dropout_backward(dA2, D2, keep_prob)
    dZ2 = dA2 * (Z2 > 0)
    dA1, dW2, db2 = linear_backward(dZ2, A1, W2)
    dA1 = dropout_backward(dA1, D1, keep_prob)
    dZ1 = dA1 * (Z1 > 0)
    _, dW1, db1 = linear_backward(dZ1, X, W1)
    return {"dW1": dW1, "db1": db1, "dZ1": dZ1, "dA1": dA1, "dW2": dW2, "db2": db2, "dZ2": dZ2,
            "dA2": dA2, "dW3": dW3, "db3": db3, "dZ3": dZ3}
