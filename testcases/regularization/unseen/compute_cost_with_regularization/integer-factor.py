# mistake: the factor 1 // 2 is zero, so nothing is added
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    half = 1 // 2
    reg = half * lambd / Y.shape[1] * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + reg
