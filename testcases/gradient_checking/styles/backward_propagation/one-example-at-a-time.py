def backward_propagation(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2 = cache
    m = X.shape[1]
    dW1, db1 = np.zeros_like(W1), np.zeros_like(b1)
    dW2, db2 = np.zeros_like(W2), np.zeros_like(b2)
    for k in range(m):
        x, a = X[:, [k]], A1[:, [k]]
        dz2 = A2[:, [k]] - Y[:, [k]]
        dz1 = W2.T * dz2 * (1 - a * a)
        dW2 += dz2 * a.T / m
        db2 += dz2 / m
        dW1 += dz1 @ x.T / m
        db1 += dz1 / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
