# style: one random number after the other, nested loops
def _drop(A, keep_prob):
    n, m = A.shape
    D = np.empty((n, m))
    out = np.empty((n, m))
    for i in range(n):
        for j in range(m):
            D[i, j] = 1.0 if np.random.rand() < keep_prob else 0.0
            out[i, j] = A[i, j] / keep_prob if D[i, j] else 0.0
    return D, out


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[n] for n in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    D1, A1 = _drop(relu(Z1), keep_prob)
    Z2 = np.dot(W2, A1) + b2
    D2, A2 = _drop(relu(Z2), keep_prob)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return A3, cache
