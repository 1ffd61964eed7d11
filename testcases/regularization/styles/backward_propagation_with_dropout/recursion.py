# style: recursion down the network
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    hidden = {1: cache[0:5], 2: cache[5:10]}
    Z3, A3, W3, b3 = cache[10:]
    m = X.shape[1]

    def descend(l, dZ, W):
        A_below = X if l == 1 else hidden[l - 1][2]
        found = {f"dZ{l}": dZ, f"dW{l}": np.dot(dZ, A_below.T) / m, f"db{l}": np.sum(dZ, 1)[:, None] / m}
        if l == 1:
            return found
        _, D, A, W_below, _ = hidden[l - 1]
        dA = np.dot(W.T, dZ) * D / keep_prob
        found[f"dA{l - 1}"] = dA
        found.update(descend(l - 1, dA * (A > 0), W_below))
        return found

    return descend(3, A3 - Y, W3)
