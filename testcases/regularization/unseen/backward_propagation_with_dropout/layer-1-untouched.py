# mistake: the dropout of layer 1 is forgotten on the way back
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dA2 = (W3.T @ dZ3) * D2 / keep_prob
    dZ2 = dA2 * (A2 > 0)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    w = lambda d, a: d @ a.T / m
    b = lambda d: np.sum(d, axis=1, keepdims=True) / m
    return dict(dZ3=dZ3, dW3=w(dZ3, A2), db3=b(dZ3), dA2=dA2, dZ2=dZ2, dW2=w(dZ2, A1), db2=b(dZ2),
                dA1=dA1, dZ1=dZ1, dW1=w(dZ1, X), db1=b(dZ1))
