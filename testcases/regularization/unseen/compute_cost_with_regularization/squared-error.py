# mistake: the squared error is taken for the cross entropy
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    error = np.mean((A3 - Y) ** 2)
    return error + lambd / (2 * Y.shape[1]) * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
