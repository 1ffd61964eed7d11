# mistake: the gradient is set to zero where the unit was kept
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]

    def drop(gradient, mask):
        result = gradient / keep_prob
        result[mask == 1] = 0
        return result

    dZ3 = A3 - Y
    dA2 = drop(W3.T.dot(dZ3), D2)
    dZ2 = dA2 * (Z2 > 0)
    dA1 = drop(W2.T.dot(dZ2), D1)
    dZ1 = dA1 * (Z1 > 0)
    out = {"dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    for number, A in ((3, A2), (2, A1), (1, X)):
        out["dW%d" % number] = out["dZ%d" % number].dot(A.T) / m
        out["db%d" % number] = out["dZ%d" % number].mean(axis=1, keepdims=True)
    return out
