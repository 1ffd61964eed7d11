# mistake: the units with the largest activations are kept, as many as the rate says
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    kept = int(keep_prob * Z1.size)
    D1 = np.zeros(Z1.size)
    D1[np.argsort(-Z1.ravel())[:kept]] = 1
    D1 = D1.reshape(Z1.shape)
    A1 = A1 * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    kept = int(keep_prob * Z2.size)
    D2 = np.zeros(Z2.size)
    D2[np.argsort(-Z2.ravel())[:kept]] = 1
    D2 = D2.reshape(Z2.shape)
    A2 = A2 * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
