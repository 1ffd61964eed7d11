# mistake: the mask is turned round
# mistake: dZ3 is Y - A3
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    out = {}
    d = Y - A3
    for l, below, W, D in [(3, A2, W3, D2), (2, A1, W2, D1), (1, X, W1, None)]:
        out["dZ" + str(l)] = d
        out["dW" + str(l)] = np.dot(d, below.T) / m
        out["db" + str(l)] = d.sum(axis=1, keepdims=True) / m
        if l > 1:
            out["dA" + str(l - 1)] = np.where(D, 0, np.dot(W.T, d)) / keep_prob
            d = out["dA" + str(l - 1)] * (below > 0)
    return out
