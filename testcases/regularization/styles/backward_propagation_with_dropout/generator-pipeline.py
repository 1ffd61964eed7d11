# style: a generator that yields names and gradients
def _gradients(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ = A3 - Y
    for l, below, W, mask in ((3, A2, W3, D2), (2, A1, W2, D1), (1, X, W1, None)):
        yield f"dZ{l}", dZ
        yield f"dW{l}", np.inner(dZ, below) / m
        yield f"db{l}", np.sum(dZ, axis=1, keepdims=True) / m
        if mask is not None:
            dA = np.where(mask, W.T @ dZ, 0) / keep_prob
            yield f"dA{l - 1}", dA
            dZ = dA * (below > 0)


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    return dict(_gradients(X, Y, cache, keep_prob))
