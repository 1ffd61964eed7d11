# mistake: one number is drawn per unit and repeated for all examples
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    m = X.shape[1]
    p = parameters

    def mask(units):
        return np.tile(np.random.rand(units, 1) < keep_prob, (1, m))

    Z1 = p["W1"] @ X + p["b1"]
    D1 = mask(Z1.shape[0])
    A1 = D1 * relu(Z1) / keep_prob
    Z2 = p["W2"] @ A1 + p["b2"]
    D2 = mask(Z2.shape[0])
    A2 = D2 * relu(Z2) / keep_prob
    Z3 = p["W3"] @ A2 + p["b3"]
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"])
