# mistake: absolute values are taken for squares, an L1 penalty
from numpy import abs as absolute


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    total = sum(absolute(parameters[w]).sum() for w in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + total * lambd / 2 / Y.shape[1]
