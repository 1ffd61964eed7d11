# right: the whole function as a loop from layer 3 down to 1
# GRADED FUNCTION: backward_propagation_with_regularization
def backward_propagation_with_regularization(X, Y, cache, lambd):
    """loop version"""
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    acts = [X, A1, A2]
    weights = [W1, W2, W3]
    grads = {}
    dZ = A3 - Y
    for l in range(3, 0, -1):
        grads["dZ%d" % l] = dZ
        grads["dW%d" % l] = np.matmul(dZ, acts[l - 1].T) / m + (lambd / m) * weights[l - 1]
        grads["db%d" % l] = dZ.mean(axis=1, keepdims=True)
        if l > 1:
            dA = weights[l - 1].T @ dZ
            grads["dA%d" % (l - 1)] = dA
            dZ = np.where(acts[l - 1] > 0, dA, 0)
    return grads
