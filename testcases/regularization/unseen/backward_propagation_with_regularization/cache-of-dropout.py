# mistake: the cache is unpacked with the masks of dropout, too many names
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m + lambd / m * W3
    return {"dZ3": dZ3, "dW3": dW3}
