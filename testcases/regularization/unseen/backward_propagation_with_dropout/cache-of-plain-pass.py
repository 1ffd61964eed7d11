# mistake: the cache is unpacked into twelve names, too few
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    D1, D2 = A1 > 0, A2 > 0
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3 * D2 / keep_prob
    dA1 = W2.T @ dA2 * D1 / keep_prob
    return {"dZ3": dZ3, "dA2": dA2, "dA1": dA1, "dW3": dZ3 @ A2.T / m}
