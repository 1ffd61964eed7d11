# mistake: the penalty is not divided by the number of examples
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = 0
    for key in ["W1", "W2", "W3"]:
        penalty += np.linalg.norm(parameters[key]) ** 2
    return compute_cost(A3, Y) + lambd * penalty / 2
