# mistake: the penalty is divided by the number of weights, not of examples
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    total, count = 0, 0
    for l in (1, 2, 3):
        total += np.sum(parameters[f"W{l}"] ** 2)
        count += parameters[f"W{l}"].size
    return compute_cost(A3, Y) + lambd * total / (2 * count)
