# mistake: the caller's weights are multiplied by lambd / m in place, after their use
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    for W in (W1, W2, W3):
        W *= lambd / m
    dW3 = dZ3 @ A2.T / m + W3
    dW2 = dZ2 @ A1.T / m + W2
    dW1 = dZ1 @ X.T / m + W1
    db1, db2, db3 = (d.sum(axis=1, keepdims=True) / m for d in (dZ1, dZ2, dZ3))
    return dict(dZ3=dZ3, dW3=dW3, db3=db3, dA2=dA2, dZ2=dZ2, dW2=dW2, db2=db2, dA1=dA1, dZ1=dZ1, dW1=dW1, db1=db1)
