# mistake: the slope of relu is forgotten, dZ is dA
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T.dot(dZ3)
    dZ2 = dA2
    dA1 = W2.T.dot(dZ2)
    dZ1 = dA1
    res = {"dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    for l, a, w in ((3, A2, W3), (2, A1, W2), (1, X, W1)):
        d = res["dZ" + str(l)]
        res["dW" + str(l)] = d.dot(a.T) / m + lambd / m * w
        res["db" + str(l)] = d.sum(1, keepdims=True) / m
    return res
