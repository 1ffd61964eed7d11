# style: float32 masks, try and finally
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = Y.size
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    old = np.seterr(divide="raise")
    try:
        k2 = D2.astype(np.float32)
        k1 = D1.astype(np.float32)
        dZ3 = A3 - Y
        dW3 = np.matmul(dZ3, A2.T) / m
        db3 = np.matmul(dZ3, np.ones((m, 1))) / m
        dA2 = np.matmul(W3.T, dZ3) * k2 / keep_prob
        dZ2 = dA2 * (A2 > 0)
        dW2 = np.matmul(dZ2, A1.T) / m
        db2 = np.matmul(dZ2, np.ones((m, 1))) / m
        dA1 = np.matmul(W2.T, dZ2) * k1 / keep_prob
        dZ1 = dA1 * (A1 > 0)
        dW1 = np.matmul(dZ1, X.T) / m
        db1 = np.matmul(dZ1, np.ones((m, 1))) / m
    finally:
        np.seterr(**old)
    names = ["dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"]
    return dict(zip(names, [dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1]))
