def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2) = cache
    d = (A2 - Y) / Y.size
    h = W2.T @ d * (1 + A1) * (1 - A1)
    return dict(
        dW2=d @ A1.T, db2=d.sum(1)[:, None], dW1=h @ X.T, db1=h @ np.ones((X.shape[1], 1))
    )
