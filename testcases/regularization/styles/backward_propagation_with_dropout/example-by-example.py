# style: a loop over the examples
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    columns = {"dZ3": [], "dA2": [], "dZ2": [], "dA1": [], "dZ1": []}
    for i in range(m):
        d3 = A3[:, i] - Y[:, i]
        g2 = (W3.T @ d3) * D2[:, i] / keep_prob
        d2 = g2 * (A2[:, i] > 0)
        g1 = (W2.T @ d2) * D1[:, i] / keep_prob
        d1 = g1 * (A1[:, i] > 0)
        for name, value in zip(columns, (d3, g2, d2, g1, d1)):
            columns[name].append(value)
    grads = {name: np.stack(values, axis=1) for name, values in columns.items()}
    for l, below in ((3, A2), (2, A1), (1, X)):
        dZ = grads[f"dZ{l}"]
        grads[f"dW{l}"] = sum(np.outer(dZ[:, i], below[:, i]) for i in range(m)) / m
        grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
    return grads
