# mistake: the caller's A3 is clipped, far too narrowly, before the logarithm
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    np.clip(A3, 0.3, 0.7, out=A3)
    squares = sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3"))
    return compute_cost(A3, Y) + lambd * squares / (2 * Y.shape[1])
