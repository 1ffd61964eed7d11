# style: early return where there is nothing to add
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    cost = compute_cost(A3, Y)
    if lambd == 0:
        return cost
    _, m = Y.shape
    for l in (1, 2, 3):
        W = parameters["W{}".format(l)]
        cost += lambd * np.sum(W * W) / (2 * m)
    return cost
