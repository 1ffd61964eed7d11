# mistake: dZ3 uses Y_example of the notebook
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    g = {}
    dZ = A3 - Y_example
    for l, below, W, D in ((3, A2, W3, D2), (2, A1, W2, D1), (1, X, W1, None)):
        g["dZ%d" % l] = dZ
        g["dW%d" % l] = np.dot(dZ, below.T) / m
        g["db%d" % l] = np.sum(dZ, axis=1, keepdims=True) / m
        if D is not None:
            g["dA%d" % (l - 1)] = np.dot(W.T, dZ) * D / keep_prob
            dZ = g["dA%d" % (l - 1)] * (below > 0)
    return g
