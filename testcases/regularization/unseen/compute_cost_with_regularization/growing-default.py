# mistake: a mutable default argument collects the penalties of all calls
def compute_cost_with_regularization(A3, Y, parameters, lambd, penalties=[]):
    for k in ("W1", "W2", "W3"):
        penalties.append(lambd / (2 * Y.shape[1]) * np.sum(parameters[k] ** 2))
    return compute_cost(A3, Y) + sum(penalties)
