# mistake: relu is applied to the gradient, which loses its negative entries
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = (np.inner(dZ3, A2) + lambd * W3) / m
    db3 = np.mean(dZ3, axis=1, keepdims=True)
    dA2 = np.matmul(W3.T, dZ3)
    dZ2 = relu(dA2)
    dW2 = (np.inner(dZ2, A1) + lambd * W2) / m
    db2 = np.mean(dZ2, axis=1, keepdims=True)
    dA1 = np.matmul(W2.T, dZ2)
    dZ1 = relu(dA1)
    dW1 = (np.inner(dZ1, X) + lambd * W1) / m
    db1 = np.mean(dZ1, axis=1, keepdims=True)
    names = "dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1".split()
    return dict(zip(names, (dZ3, dW3, db3, dA2, dZ2, dW2, db2, dA1, dZ1, dW1, db1)))
