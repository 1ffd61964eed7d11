# mistake: the factor 2 of the derivative of a square is left in
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    v = {0: X, 1: A1, 2: A2}
    w = {1: W1, 2: W2, 3: W3}
    g = {}
    dZ = A3 - Y
    for l in (3, 2, 1):
        g[f"dZ{l}"] = dZ
        g[f"dW{l}"] = (dZ @ v[l - 1].T + 2 * lambd * w[l]) / m
        g[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            g[f"dA{l - 1}"] = w[l].T @ dZ
            dZ = g[f"dA{l - 1}"] * (v[l - 1] > 0)
    return g
