# style: the bias as one more input, dW and db from one product
def _with_ones(A):
    return np.vstack([A, np.ones((1, A.shape[1]))])


def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    out = {}
    dZ = A3 - Y
    for l, W, below in ((3, W3, A2), (2, W2, A1), (1, W1, X)):
        both = dZ @ _with_ones(below).T
        both[:, :-1] += lambd * W
        both = both / m
        out["dZ" + str(l)] = dZ
        out["dW" + str(l)] = both[:, :-1]
        out["db" + str(l)] = both[:, -1:]
        if l > 1:
            dA = W.T @ dZ
            out["dA" + str(l - 1)] = dA
            dZ = dA * (below > 0)
    return out
