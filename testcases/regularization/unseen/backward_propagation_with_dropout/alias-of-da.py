# mistake: dZ2 is the same array as dA2, which loses what relu switched off
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    gradients = {"dZ3": A3 - Y}
    for l, W, D, A in ((2, W3, D2, A2), (1, W2, D1, A1)):
        dA = np.dot(W.T, gradients[f"dZ{l + 1}"]) * D / keep_prob
        gradients[f"dA{l}"] = dA
        dA *= A > 0
        gradients[f"dZ{l}"] = dA
    for l, A in ((3, A2), (2, A1), (1, X)):
        gradients[f"dW{l}"] = np.dot(gradients[f"dZ{l}"], A.T) / m
        gradients[f"db{l}"] = np.sum(gradients[f"dZ{l}"], axis=1, keepdims=True) / m
    return gradients
