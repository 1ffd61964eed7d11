# mistake: the loop masks the first unit only, the return of the helper is inside it
def _masked(gradient, mask, keep_prob):
    for row in range(gradient.shape[0]):
        gradient[row] = gradient[row] * mask[row] / keep_prob
        return gradient


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = _masked(W3.T @ dZ3, D2, keep_prob)
    dZ2 = dA2 * (A2 > 0)
    dA1 = _masked(W2.T @ dZ2, D1, keep_prob)
    dZ1 = dA1 * (A1 > 0)
    return {
        **{"dZ3": dZ3, "dW3": dZ3 @ A2.T / m, "db3": dZ3.sum(1, keepdims=True) / m},
        **{"dA2": dA2, "dZ2": dZ2, "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(1, keepdims=True) / m},
        **{"dA1": dA1, "dZ1": dZ1, "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m},
    }
