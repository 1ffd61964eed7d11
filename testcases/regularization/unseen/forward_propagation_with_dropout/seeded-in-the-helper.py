# mistake: the helper seeds the stream for every layer
def dropout_layer(A, keep_prob, seed=1):
    np.random.seed(seed)
    D = np.random.rand(*A.shape) < keep_prob
    return np.divide(A * D, keep_prob), D


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1, D1 = dropout_layer(relu(Z1), keep_prob)
    Z2 = np.dot(W2, A1) + b2
    A2, D2 = dropout_layer(relu(Z2), keep_prob)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
