# mistake: the cross entropy, a mean already, is divided by m once more
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    return (compute_cost(A3, Y) + lambd / 2 * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))) / m
