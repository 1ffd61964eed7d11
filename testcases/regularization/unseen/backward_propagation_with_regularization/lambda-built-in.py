# mistake: lambd is written as 0.7
def backward_propagation_with_regularization(X, Y, cache, lambd):
    lambd = 0.7
    c = dict(zip("Z1 A1 W1 b1 Z2 A2 W2 b2 Z3 A3 W3 b3".split(), cache))
    m = X.shape[1]
    dZ3 = c["A3"] - Y
    dA2 = c["W3"].T @ dZ3
    dZ2 = dA2 * (c["A2"] > 0)
    dA1 = c["W2"].T @ dZ2
    dZ1 = dA1 * (c["A1"] > 0)
    out = dict(dZ1=dZ1, dZ2=dZ2, dZ3=dZ3, dA1=dA1, dA2=dA2)
    for l, A in ((1, X), (2, c["A1"]), (3, c["A2"])):
        out[f"dW{l}"] = (out[f"dZ{l}"] @ A.T + lambd * c[f"W{l}"]) / m
        out[f"db{l}"] = out[f"dZ{l}"].sum(axis=1, keepdims=True) / m
    return out
