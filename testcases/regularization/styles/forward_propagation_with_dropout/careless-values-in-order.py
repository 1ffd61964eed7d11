# style: careless: relies on the order of the dictionary, French names, shadows max
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = parameters.values()
    garder = keep_prob
    max = lambda z: np.maximum(0, z)
    Z1 = np.dot(W1, X) + b1
    activé = max(Z1)
    masque = np.random.rand(*activé.shape) < garder
    A1, D1 = activé * masque / garder, masque
    Z2 = np.dot(W2, A1) + b2
    activé = max(Z2)
    masque = np.random.rand(*activé.shape) < garder
    A2, D2 = activé * masque / garder, masque
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
