# mistake: dA is masked after dZ was computed from it
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    dA2 = dA2 * D2 / keep_prob
    dA1 = dA1 * D1 / keep_prob
    grads = {}
    for l, d, a in ((1, dZ1, X), (2, dZ2, A1), (3, dZ3, A2)):
        grads.update({f"dZ{l}": d, f"dW{l}": np.dot(d, a.T) / m, f"db{l}": np.mean(d, axis=1, keepdims=True)})
    return {**grads, "dA1": dA1, "dA2": dA2}
