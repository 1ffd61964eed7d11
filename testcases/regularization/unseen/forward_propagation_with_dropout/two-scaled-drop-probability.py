# mistake: the comparison is turned round, keep_prob taken as the chance to be dropped
# mistake: the activations are divided by 1 - keep_prob
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def dropout(A):
        D = np.random.rand(*A.shape) >= keep_prob
        return D, A * D / (1 - keep_prob)

    Z1 = W1 @ X + b1
    D1, A1 = dropout(relu(Z1))
    Z2 = W2 @ A1 + b2
    D2, A2 = dropout(relu(Z2))
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
