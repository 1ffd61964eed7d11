# style: in-place work on own copies, boolean indexing
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (_, A1, W1, _, _, A2, W2, _, _, A3, W3, _) = [np.copy(a) for a in cache]
    m = X.shape[1]
    A3 -= Y
    dZ3 = A3
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2.copy()
    dZ2[A2 <= 0] = 0
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1.copy()
    dZ1[A1 <= 0] = 0
    for W, dZ, below in ((W3, dZ3, A2), (W2, dZ2, A1), (W1, dZ1, X)):
        W *= lambd
        W += dZ @ below.T
        W /= m
    db = [dZ.sum(axis=1).reshape(-1, 1) / m for dZ in (dZ1, dZ2, dZ3)]
    return dict(dZ3=dZ3, dW3=W3, db3=db[2], dA2=dA2, dZ2=dZ2, dW2=W2, db2=db[1], dA1=dA1, dZ1=dZ1, dW1=W1, db1=db[0])
