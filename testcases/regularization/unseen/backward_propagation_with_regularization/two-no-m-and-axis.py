# mistake: lambd * W is not divided by m
# mistake: db is summed without keepdims
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    grads = dict(dZ3=dZ3, dA2=dA2, dZ2=dZ2, dA1=dA1, dZ1=dZ1)
    for i, (a, w) in enumerate([(X, W1), (A1, W2), (A2, W3)], 1):
        grads[f"dW{i}"] = grads[f"dZ{i}"] @ a.T / m + lambd * w
        grads[f"db{i}"] = grads[f"dZ{i}"].mean(axis=1)
    return grads
