# style: both masks drawn before anything is computed
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[n] for n in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]
    D1, D2 = [np.random.rand(len(b), m) < keep_prob for b in (b1, b2)]
    scale = 1.0 / keep_prob
    A1 = np.maximum(0, (Z1 := W1 @ X + b1)) * D1 * scale
    A2 = np.maximum(0, (Z2 := W2 @ A1 + b2)) * D2 * scale
    A3 = sigmoid(Z3 := W3 @ A2 + b3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
