def backward_propagation(X, Y, cache):
    m = X.shape[1]
    gradients = suspicious_backward_propagation(X, Y, cache)
    gradients["db2"] = gradients["db2"] / m
    (Z1, A1, W1, b1, Z2, A2, W2, b2) = cache
    dZ1 = np.dot(W2.T, A2 - Y) / np.cosh(Z1) ** 2
    gradients["dW1"] = np.einsum("im,jm->ij", dZ1, X) / m
    gradients["db1"] = np.sum(dZ1, axis=1).reshape(-1, 1) / m
    return gradients
