# mistake: the caller's weights are squared in place
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    total = 0
    for name in ("W1", "W2", "W3"):
        W = parameters[name]
        W **= 2
        total += W.sum()
    return compute_cost(A3, Y) + total * lambd / (2 * Y.shape[1])
