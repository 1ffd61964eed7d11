# style: two helpers in the same cell, with docstrings
def _sum_of_squares(array):
    """Sum of the squared entries."""
    return np.sum(np.power(array, 2))


def l2_penalty(parameters, lambd, m):
    """lambda / 2m times the squared weights."""
    layers = len(parameters) // 2
    return (lambd / (2.0 * m)) * sum(_sum_of_squares(parameters[f"W{l + 1}"]) for l in range(layers))


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cross entropy and penalty."""
    return compute_cost(A3, Y) + l2_penalty(parameters, lambd, m=Y.shape[1])
