# mistake: the masks of the first call are kept in a global and used ever after
_masks = []


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    if not _masks:
        _masks.append(np.random.rand(len(W1), X.shape[1]) < keep_prob)
        _masks.append(np.random.rand(len(W2), X.shape[1]) < keep_prob)
    D1, D2 = _masks
    Z1 = W1 @ X + b1
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
