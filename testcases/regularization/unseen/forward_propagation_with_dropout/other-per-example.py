# other stream: example by example: for every column first the numbers of layer 1, then those of layer 2
# GRADED FUNCTION: forward_propagation_with_dropout
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = [parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3")]
    n1, n2, m = W1.shape[0], W2.shape[0], X.shape[1]
    D1 = np.zeros((n1, m))
    D2 = np.zeros((n2, m))
    for i in range(m):
        D1[:, i] = np.random.rand(n1) < keep_prob
        D2[:, i] = np.random.rand(n2) < keep_prob
    Z1 = W1 @ X + b1
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
