# mistake: as many units as the rate says are chosen without replacement
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    D1 = np.zeros(A1.size)
    D1[np.random.choice(A1.size, int(round(keep_prob * A1.size)), replace=False)] = 1
    D1 = D1.reshape(A1.shape)
    A1 = A1 * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    D2 = np.zeros(A2.size)
    D2[np.random.choice(A2.size, int(round(keep_prob * A2.size)), replace=False)] = 1
    D2 = D2.reshape(A2.shape)
    A2 = A2 * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
