# mistake: the derivative of an L1 penalty, the sign of the weights
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = Y.shape[1]

    def dW(dZ, A, W):
        return (np.dot(dZ, A.T) + lambd * np.sign(W)) / m

    def db(dZ):
        return np.sum(dZ, axis=1, keepdims=True) / m

    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.where(Z2 > 0, dA2, 0)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.where(Z1 > 0, dA1, 0)
    return {
        "dZ3": dZ3, "dW3": dW(dZ3, A2, W3), "db3": db(dZ3),
        "dA2": dA2, "dZ2": dZ2, "dW2": dW(dZ2, A1, W2), "db2": db(dZ2),
        "dA1": dA1, "dZ1": dZ1, "dW1": dW(dZ1, X, W1), "db1": db(dZ1),
    }
