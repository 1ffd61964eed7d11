# style: one loop over the layers, values in dictionaries by layer
def backward_propagation_with_regularization(X, Y, cache, lambd):
    names = ("Z1", "A1", "W1", "b1", "Z2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3")
    v = dict(zip(names, cache))
    v["A0"] = X
    m = X.shape[1]
    grads = {"dZ3": v["A3"] - Y}
    for l in (3, 2, 1):
        if l < 3:
            grads[f"dA{l}"] = v[f"W{l + 1}"].T @ grads[f"dZ{l + 1}"]
            grads[f"dZ{l}"] = grads[f"dA{l}"] * (v[f"A{l}"] > 0)
        dZ = grads[f"dZ{l}"]
        grads[f"dW{l}"] = (dZ @ v[f"A{l - 1}"].T + lambd * v[f"W{l}"]) / m
        grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
    return grads
