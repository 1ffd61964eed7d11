# mistake: the gradients are multiplied by keep_prob
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    g = {"dZ3": A3 - Y}
    g["dA2"] = W3.T @ g["dZ3"] * D2 * keep_prob
    g["dZ2"] = g["dA2"] * (A2 > 0)
    g["dA1"] = W2.T @ g["dZ2"] * D1 * keep_prob
    g["dZ1"] = g["dA1"] * (A1 > 0)
    for l, A in zip("321", (A2, A1, X)):
        g["dW" + l] = g["dZ" + l] @ A.T / m
        g["db" + l] = g["dZ" + l].sum(axis=1, keepdims=True) / m
    return g
