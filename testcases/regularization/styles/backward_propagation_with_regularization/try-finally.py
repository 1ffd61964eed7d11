# style: errors checked with np.errstate, try and finally
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = np.float64(X.shape[1])
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    saved = np.geterr()
    np.seterr(invalid="raise")
    try:
        dZ3 = A3 - Y
        dW3 = (A2 @ dZ3.T).T / m + np.true_divide(lambd, m) * W3
        db3 = dZ3 @ np.ones((int(m), 1)) / m
        dA2 = (dZ3.T @ W3).T
        dZ2 = dA2 * np.greater(A2, 0)
        dW2 = (A1 @ dZ2.T).T / m + np.true_divide(lambd, m) * W2
        db2 = dZ2 @ np.ones((int(m), 1)) / m
        dA1 = (dZ2.T @ W2).T
        dZ1 = dA1 * np.greater(A1, 0)
        dW1 = (X @ dZ1.T).T / m + np.true_divide(lambd, m) * W1
        db1 = dZ1 @ np.ones((int(m), 1)) / m
        return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2,
                "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    finally:
        np.seterr(**saved)
