# right: the whole function as a loop from the last layer
# GRADED FUNCTION: backward_propagation_with_dropout
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    grads = dict()
    dZ = A3 - Y
    layers = [(3, A2, D2, W3), (2, A1, D1, W2), (1, X, None, W1)]
    for number, A_prev, mask, weights in layers:
        grads[f"dZ{number}"] = dZ
        grads[f"dW{number}"] = dZ @ A_prev.T / m
        grads[f"db{number}"] = dZ.sum(axis=1, keepdims=True) / m
        if mask is not None:
            dA = weights.T @ dZ * mask / keep_prob
            grads[f"dA{number - 1}"] = dA
            dZ = dA * (A_prev > 0)
    return grads
