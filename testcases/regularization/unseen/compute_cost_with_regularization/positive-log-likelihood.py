# mistake: the minus sign before the logarithms is missing
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = A3.shape[1]
    likelihood = (np.dot(Y, np.log(A3).T) + np.dot(1 - Y, np.log(1 - A3).T)).item() / m
    return likelihood + lambd / (2 * m) * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
