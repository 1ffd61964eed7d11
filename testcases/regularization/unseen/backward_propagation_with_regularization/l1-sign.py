# mistake: uses the slope of the L1 penalty, the sign of the weights, in all layers
# GRADED FUNCTION: backward_propagation_with_regularization


def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Gradients of the cost with L2 penalty, formula (2).

    Arguments:
        X: inputs, float array of shape (n, m), one example per column.
        Y: labels, array of 0 and 1 of shape (1, m).
        cache: what forward_propagation returned: the tuple
            (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3).
            Layers may have any size. None of the arguments may be changed.
        lambd: strength of the penalty, a number >= 0.

    Returns:
        Dictionary of float arrays: "dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2",
        "dA1", "dZ1", "dW1", "db1". Each has the shape of what it is the gradient of.
        As always in this notebook, the dZ and dA are kept without the factor 1/m.
    """
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    # layer 3: sigmoid and cross-entropy together give this simple difference
    dZ3 = A3 - Y
    ### START CODE HERE ### (about 1 line)
    dW3 = np.dot(dZ3, A2.T) / m + lambd / m * np.sign(W3)
    ### END CODE HERE ###
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    # layer 2: the gradient passes only where relu was switched on
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)
    ### START CODE HERE ### (about 1 line)
    dW2 = np.dot(dZ2, A1.T) / m + lambd / m * np.sign(W2)
    ### END CODE HERE ###
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    # layer 1
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    ### START CODE HERE ### (about 1 line)
    dW1 = np.dot(dZ1, X.T) / m + lambd / m * np.sign(W1)
    ### END CODE HERE ###
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
