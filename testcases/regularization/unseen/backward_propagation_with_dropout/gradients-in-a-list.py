# mistake: a list is returned in place of the dictionary
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = Y.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T.dot(dZ3) * D2 / keep_prob
    dZ2 = dA2 * (A2 > 0)
    dA1 = W2.T.dot(dZ2) * D1 / keep_prob
    dZ1 = dA1 * (A1 > 0)
    grads = []
    for d, a in ((dZ3, A2), (dZ2, A1), (dZ1, X)):
        grads.append(d.dot(a.T) / m)
        grads.append(d.sum(axis=1, keepdims=True) / m)
    return grads
