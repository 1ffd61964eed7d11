# style: examples in rows, turned back at the end
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = [c.T for c in cache]
    n = Y.shape[1]
    e3 = A3 - Y.T
    g2 = e3.dot(W3.T) * D2 / keep_prob
    e2 = g2 * (A2 > 0)
    g1 = e2.dot(W2.T) * D1 / keep_prob
    e1 = g1 * (A1 > 0)
    out = {"dZ3": e3, "dA2": g2, "dZ2": e2, "dA1": g1, "dZ1": e1}
    out["dW3"], out["dW2"], out["dW1"] = A2.T.dot(e3) / n, A1.T.dot(e2) / n, X.dot(e1) / n
    for l, e in enumerate((e1, e2, e3), start=1):
        out[f"db{l}"] = e.sum(axis=0, keepdims=True) / n
    return {k: v.T for k, v in out.items()}
