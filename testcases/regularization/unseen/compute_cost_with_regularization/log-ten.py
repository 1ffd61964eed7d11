# mistake: the logarithm to base ten in a cross entropy of one's own
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    ce = -np.sum(Y * np.log10(A3) + (1 - Y) * np.log10(1 - A3)) / m
    return ce + lambd / (2 * m) * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
