# mistake: in every example the same number of units is kept
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    rng = np.random.default_rng(1)
    D1 = np.array([rng.permutation(len(A1)) < round(keep_prob * len(A1)) for _ in A1.T]).T
    A1 = A1 * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    rng = np.random.default_rng(1)
    D2 = np.array([rng.permutation(len(A2)) < round(keep_prob * len(A2)) for _ in A2.T]).T
    A2 = A2 * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
