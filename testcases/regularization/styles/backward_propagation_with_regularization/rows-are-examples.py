# style: works on transposes, examples in rows, and turns back at the end
def backward_propagation_with_regularization(X, Y, cache, lambd):
    _, A1, W1, _, _, A2, W2, _, _, A3, W3, _ = (np.transpose(a) for a in cache)
    x, y = X.T, Y.T
    n = x.shape[0]
    d3 = A3 - y
    g2 = d3 @ W3.T
    d2 = g2 * (A2 > 0)
    g1 = d2 @ W2.T
    d1 = g1 * (A1 > 0)
    rows = {
        "dZ3": d3, "dW3": (A2.T @ d3 + lambd * W3) / n, "db3": d3.mean(0, keepdims=True),
        "dA2": g2, "dZ2": d2, "dW2": (A1.T @ d2 + lambd * W2) / n, "db2": d2.mean(0, keepdims=True),
        "dA1": g1, "dZ1": d1, "dW1": (x.T @ d1 + lambd * W1) / n, "db1": d1.mean(0, keepdims=True),
    }
    return {name: array.T for name, array in rows.items()}
