# mistake: a global remembers the first answer, and gives it ever after
_memo = {}


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    if "cost" not in _memo:
        reg = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
        _memo["cost"] = compute_cost(A3, Y) + lambd * reg / (2 * Y.shape[1])
    return _memo["cost"]
