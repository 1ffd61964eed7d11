# mistake: the scaling is missing in both layers
# GRADED FUNCTION: backward_propagation_with_dropout


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Gradients of the cost (1) for the network with dropout.

    Arguments:
        X: inputs, float array of shape (n, m), one example per column.
        Y: labels, array of 0 and 1 of shape (1, m).
        cache: what forward_propagation_with_dropout returned: the tuple
            (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3).
            Layers may have any size. None of the arguments may be changed.
        keep_prob: probability that a hidden unit stays on, 0 < keep_prob <= 1.

    Returns:
        Dictionary of float arrays: "dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2",
        "dA1", "dZ1", "dW1", "db1". Each has the shape of what it is the gradient of;
        "dA2" and "dA1" are the values after masking and scaling.

    Random numbers: none are drawn here.
    """
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache

    # layer 3
    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    # layer 2
    dA2 = np.dot(W3.T, dZ3)
    dA2 = dA2 * D2
    dZ2 = dA2 * (A2 > 0)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    # layer 1
    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1
    dZ1 = dA1 * (A1 > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }
