# style: a loop over the layers with a dictionary of the cache
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    order = "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3".split()
    c = {name: value for name, value in zip(order, cache)}
    c["A0"] = X
    m = Y.shape[1]
    g = {}
    dZ = c["A3"] - Y
    for l in range(3, 0, -1):
        g["dZ%d" % l] = dZ
        g["dW%d" % l] = dZ @ c["A%d" % (l - 1)].T / m
        g["db%d" % l] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dA = c["W%d" % l].T @ dZ * c["D%d" % (l - 1)] / keep_prob
            g["dA%d" % (l - 1)] = dA
            dZ = dA * (c["A%d" % (l - 1)] > 0)
    return g
