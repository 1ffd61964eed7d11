# mistake: the cost is returned as text
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    cost = compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * sum(
        (parameters[k] ** 2).sum() for k in ["W1", "W2", "W3"]
    )
    return f"{cost:.8f}"
