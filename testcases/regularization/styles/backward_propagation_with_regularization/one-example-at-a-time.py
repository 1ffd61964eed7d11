# style: a loop over the examples with outer products
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3, dA2, dZ2, dA1, dZ1 = (np.zeros(a.shape) for a in (A3, A2, A2, A1, A1))
    dW1, dW2, dW3 = lambd * W1, lambd * W2, lambd * W3
    db1, db2, db3 = np.zeros(b1.shape), np.zeros(b2.shape), np.zeros(b3.shape)
    for i in range(m):
        dZ3[:, i] = A3[:, i] - Y[:, i]
        dA2[:, i] = W3.T.dot(dZ3[:, i])
        dZ2[:, i] = np.where(A2[:, i] > 0, dA2[:, i], 0)
        dA1[:, i] = W2.T.dot(dZ2[:, i])
        dZ1[:, i] = np.where(A1[:, i] > 0, dA1[:, i], 0)
        dW3 = dW3 + np.outer(dZ3[:, i], A2[:, i])
        dW2 = dW2 + np.outer(dZ2[:, i], A1[:, i])
        dW1 = dW1 + np.outer(dZ1[:, i], X[:, i])
        db3 += dZ3[:, i : i + 1]
        db2 += dZ2[:, i : i + 1]
        db1 += dZ1[:, i : i + 1]
    return {
        "dZ3": dZ3, "dW3": dW3 / m, "db3": db3 / m,
        "dA2": dA2, "dZ2": dZ2, "dW2": dW2 / m, "db2": db2 / m,
        "dA1": dA1, "dZ1": dZ1, "dW1": dW1 / m, "db1": db1 / m,
    }
