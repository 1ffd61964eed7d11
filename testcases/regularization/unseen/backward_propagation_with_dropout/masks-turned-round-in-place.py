# mistake: the caller's masks are turned round in place
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    cache = list(cache)
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    np.logical_not(D2, out=D2)
    dA2 = np.dot(W3.T, dZ3)
    dA2[D2.astype(bool)] = 0
    dA2 /= keep_prob
    dZ2 = dA2 * (A2 > 0)
    np.logical_not(D1, out=D1)
    dA1 = np.dot(W2.T, dZ2)
    dA1[D1.astype(bool)] = 0
    dA1 /= keep_prob
    dZ1 = dA1 * (A1 > 0)
    g = dict(dZ3=dZ3, dA2=dA2, dZ2=dZ2, dA1=dA1, dZ1=dZ1)
    g.update((f"dW{l}", np.dot(g[f"dZ{l}"], a.T) / m) for l, a in ((1, X), (2, A1), (3, A2)))
    g.update((f"db{l}", np.mean(g[f"dZ{l}"], axis=1, keepdims=True)) for l in (1, 2, 3))
    return g
