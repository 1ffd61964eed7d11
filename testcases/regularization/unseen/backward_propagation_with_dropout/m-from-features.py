# mistake: m is the number of features
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = len(X)
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    back = lambda W, dZ, D: np.matmul(W.T, dZ) * D / keep_prob
    dZ3 = A3 - Y
    dA2 = back(W3, dZ3, D2)
    dZ2 = dA2 * (A2 > 0)
    dA1 = back(W2, dZ2, D1)
    dZ1 = dA1 * (A1 > 0)
    res = {"dA1": dA1, "dA2": dA2}
    for name, d, a in (("1", dZ1, X), ("2", dZ2, A1), ("3", dZ3, A2)):
        res["dZ" + name], res["dW" + name] = d, np.matmul(d, a.T) / m
        res["db" + name] = np.sum(d, axis=1, keepdims=True) / m
    return res
