# style: the dictionary picked out of locals()
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    reg = lambda W: lambd / m * W
    avg = lambda dZ: np.average(dZ, axis=1)[:, None]
    dZ3 = A3 - Y
    dW3, db3 = dZ3.dot(A2.T) / m + reg(W3), avg(dZ3)
    dA2 = W3.T.dot(dZ3)
    dZ2 = dA2 * (A2 != 0)
    dW2, db2 = dZ2.dot(A1.T) / m + reg(W2), avg(dZ2)
    dA1 = W2.T.dot(dZ2)
    dZ1 = dA1 * (A1 != 0)
    dW1, db1 = dZ1.dot(X.T) / m + reg(W1), avg(dZ1)
    everything = locals()
    return {k: everything[k] for k in "dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1".split()}
