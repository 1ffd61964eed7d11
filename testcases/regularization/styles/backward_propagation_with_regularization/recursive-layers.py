# style: recursion down the network
def backward_propagation_with_regularization(X, Y, cache, lambd):
    layer = [cache[4 * k : 4 * k + 4] for k in range(3)]
    m = X.shape[1]

    def down(k, dZ):
        below = layer[k - 1][1] if k else X
        W = layer[k][2]
        here = {
            f"dZ{k + 1}": dZ,
            f"dW{k + 1}": dZ.dot(below.T) / m + W * (lambd / m),
            f"db{k + 1}": dZ.sum(1, keepdims=True) / m,
        }
        if k == 0:
            return here
        dA = W.T.dot(dZ)
        return {**here, f"dA{k}": dA, **down(k - 1, dA * (below > 0))}

    return down(2, layer[2][1] - Y)
