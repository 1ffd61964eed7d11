# style: three nested loops for each weight matrix
def weight_gradient(dZ, A_prev, W, lambd):
    units, m = dZ.shape
    dW = np.empty_like(W)
    for i in range(units):
        for j in range(A_prev.shape[0]):
            s = 0.0
            for k in range(m):
                s += dZ[i, k] * A_prev[j, k]
            dW[i, j] = s / m + lambd * W[i, j] / m
    return dW


def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    return {
        "dZ3": dZ3,
        "dW3": weight_gradient(dZ3, A2, W3, lambd),
        "db3": np.sum(dZ3, axis=1, keepdims=True) / m,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": weight_gradient(dZ2, A1, W2, lambd),
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": weight_gradient(dZ1, X, W1, lambd),
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
    }
