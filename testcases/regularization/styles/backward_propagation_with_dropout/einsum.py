# style: einsum everywhere, compact
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = np.einsum("ki,km,im->im", W3, dZ3, D2.astype(float)) / keep_prob
    dZ2 = dA2 * (A2 > 0)
    dA1 = np.einsum("ki,km,im->im", W2, dZ2, D1.astype(float)) / keep_prob
    dZ1 = dA1 * (A1 > 0)
    outer = lambda d, a: np.einsum("im,jm->ij", d, a) / m
    total = lambda d: np.einsum("im->i", d).reshape(-1, 1) / m
    return {
        "dZ3": dZ3, "dW3": outer(dZ3, A2), "db3": total(dZ3),
        "dA2": dA2, "dZ2": dZ2, "dW2": outer(dZ2, A1), "db2": total(dZ2),
        "dA1": dA1, "dZ1": dZ1, "dW1": outer(dZ1, X), "db1": total(dZ1),
    }
