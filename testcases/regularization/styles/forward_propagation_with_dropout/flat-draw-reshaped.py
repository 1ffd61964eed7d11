# style: a flat draw, reshaped
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    p = parameters
    m = X.shape[1]
    Z1 = p["W1"] @ X + p["b1"]
    A1 = relu(Z1)
    D1 = np.random.rand(A1.size).reshape(A1.shape) < keep_prob
    A1 = D1 * A1 / keep_prob
    Z2 = p["W2"] @ A1 + p["b2"]
    A2 = relu(Z2)
    D2 = np.random.rand(A2.size).reshape((-1, m)) < keep_prob
    A2 = D2 * A2 / keep_prob
    Z3 = p["W3"] @ A2 + p["b3"]
    A3 = sigmoid(Z3)
    cache = (Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"])
    return A3, cache
