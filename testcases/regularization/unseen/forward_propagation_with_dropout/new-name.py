# mistake: the dropped activations of layer 1 go to A1_drop, and layer 2 goes on with the undropped A1
# GRADED FUNCTION: forward_propagation_with_dropout


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    """Forward pass of the network with dropout in the two hidden layers."""
    np.random.seed(1)

    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]

    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    ### START CODE HERE ### (about 4 lines: draw, compare, mask, scale)
    D1 = np.random.rand(*A1.shape) < keep_prob
    A1_drop = A1 * D1
    A1_drop = A1_drop / keep_prob
    ### END CODE HERE ###

    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    ### START CODE HERE ### (about 4 lines: draw, compare, mask, scale)
    D2 = np.random.rand(A2.shape[0], A2.shape[1])
    D2 = D2 < keep_prob
    A2 = A2 * D2
    A2 = A2 / keep_prob
    ### END CODE HERE ###

    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)

    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return A3, cache
