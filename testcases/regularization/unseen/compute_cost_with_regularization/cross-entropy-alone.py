# mistake: the penalty is computed and never added
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    cost = compute_cost(A3, Y)
    reg = sum(np.sum(np.square(parameters["W" + c])) for c in "123") * lambd / (2 * Y.shape[1])
    return cost
