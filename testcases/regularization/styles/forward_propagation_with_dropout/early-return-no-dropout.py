# style: all-true masks where keep_prob is one, try and finally keep the state
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[key] for key in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def mask_for(units):
        if keep_prob == 1:
            return np.ones((units, X.shape[1]), dtype=bool)
        return np.random.rand(units, X.shape[1]) < keep_prob

    try:
        D1 = mask_for(W1.shape[0])
        D2 = mask_for(W2.shape[0])
    finally:
        pass
    Z1 = np.dot(W1, X) + b1
    A1 = D1 * relu(Z1) / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = D2 * relu(Z2) / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
