# mistake: the biases decay as well
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    grads = {}
    dZ = A3 - Y
    stack = [(3, A2, W3, b3), (2, A1, W2, b2), (1, X, W1, b1)]
    for l, below, W, b in stack:
        grads["dZ%d" % l] = dZ
        grads["dW%d" % l] = (dZ @ below.T + lambd * W) / m
        grads["db%d" % l] = (np.sum(dZ, axis=1, keepdims=True) + lambd * b) / m
        if l != 1:
            grads["dA%d" % (l - 1)] = W.T @ dZ
            dZ = grads["dA%d" % (l - 1)] * (below > 0)
    return grads
