# style: one draw for both layers, cut between them: the same numbers in the same order
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    n1, n2 = W1.shape[0], W2.shape[0]
    kept = np.random.rand(n1 + n2, X.shape[1]) < keep_prob
    D1, D2 = np.split(kept, [n1])
    Z1 = np.dot(W1, X) + b1
    A1 = np.where(D1, relu(Z1) / keep_prob, 0)
    Z2 = np.dot(W2, A1) + b2
    A2 = np.where(D2, relu(Z2) / keep_prob, 0)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return (A3, cache)
