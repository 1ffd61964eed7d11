# mistake: dZ2 and dZ1 are the same arrays as dA2 and dA1, which are zeroed with them
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2
    dZ2[A2 <= 0] = 0
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1
    dZ1[A1 <= 0] = 0
    dW = [np.dot(d, a.T) / m + lambd / m * w for d, a, w in ((dZ1, X, W1), (dZ2, A1, W2), (dZ3, A2, W3))]
    db = [np.sum(d, axis=1, keepdims=True) / m for d in (dZ1, dZ2, dZ3)]
    return {"dZ3": dZ3, "dW3": dW[2], "db3": db[2], "dA2": dA2, "dZ2": dZ2, "dW2": dW[1],
            "db2": db[1], "dA1": dA1, "dZ1": dZ1, "dW1": dW[0], "db1": db[0]}
