# mistake: only A3 is returned
# GRADED FUNCTION: forward_propagation_with_dropout


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    """Forward pass of the network with dropout in the two hidden layers.

    Arguments:
        X: inputs, float array of shape (n, m), one example per column.
        parameters: dictionary with "W1", "b1", "W2", "b2", "W3", "b3" (float arrays of any
            fitting sizes). None of the arguments may be changed.
        keep_prob: probability that a hidden unit stays on, 0 < keep_prob <= 1.

    Returns:
        A3: outputs, float array of shape (1, m).
        cache: the tuple (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) for the
            backward pass. D1 and D2 are the masks, of the shapes of A1 and A2; A1 and A2 are
            the values after masking and scaling.

    Random numbers: np.random.seed(1) here and nowhere else; then one call of np.random.rand
    for D1, of the shape of A1; then one for D2, of the shape of A2. Nothing else is drawn.
    """
    np.random.seed(1)

    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]

    # layer 1
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    ### START CODE HERE ### (about 4 lines: draw, compare, mask, scale)
    D1 = np.random.rand(*A1.shape) < keep_prob
    A1 = A1 * D1 / keep_prob
    ### END CODE HERE ###

    # layer 2
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    ### START CODE HERE ### (about 4 lines: draw, compare, mask, scale)
    D2 = np.random.rand(*A2.shape) < keep_prob
    A2 = A2 * D2 / keep_prob
    ### END CODE HERE ###

    # layer 3: the output, never dropped
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)

    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return A3
