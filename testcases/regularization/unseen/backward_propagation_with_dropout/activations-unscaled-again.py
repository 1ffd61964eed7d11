# mistake: the activations are multiplied by keep_prob to undo the scale in dW
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3) * D2 / keep_prob
    dZ2 = dA2 * (A2 > 0)
    dA1 = np.dot(W2.T, dZ2) * D1 / keep_prob
    dZ1 = dA1 * (A1 > 0)
    res = dict(dZ3=dZ3, dA2=dA2, dZ2=dZ2, dA1=dA1, dZ1=dZ1)
    for l, a in ((3, A2 * keep_prob), (2, A1 * keep_prob), (1, X)):
        res[f"dW{l}"] = np.dot(res[f"dZ{l}"], a.T) / m
        res[f"db{l}"] = np.sum(res[f"dZ{l}"], axis=1, keepdims=True) / m
    return res
