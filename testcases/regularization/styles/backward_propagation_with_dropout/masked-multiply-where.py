# style: np.multiply with where and out, np.tensordot for the weights
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = A3.shape[1]
    factor = 1 / keep_prob

    def through(gradient, mask):
        return np.multiply(gradient, factor, where=mask.astype(bool), out=np.zeros_like(gradient))

    def weights(dZ, A):
        return np.tensordot(dZ, A, axes=(1, 1)) / m

    dZ3 = A3 - Y
    dA2 = through(np.dot(W3.T, dZ3), D2)
    dZ2 = np.where(A2 > 0, dA2, 0)
    dA1 = through(np.dot(W2.T, dZ2), D1)
    dZ1 = np.where(A1 > 0, dA1, 0)
    grads = dict(dZ3=dZ3, dA2=dA2, dZ2=dZ2, dA1=dA1, dZ1=dZ1)
    grads |= dict(dW3=weights(dZ3, A2), dW2=weights(dZ2, A1), dW1=weights(dZ1, X))
    grads |= {f"db{l}": np.mean(grads[f"dZ{l}"], axis=1, keepdims=True) for l in (1, 2, 3)}
    return grads
