# mistake: the return is inside the loop, after the first layer
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    cost = compute_cost(A3, Y)
    for l in (1, 2, 3):
        cost += lambd / (2 * Y.shape[1]) * np.sum(parameters[f"W{l}"] ** 2)
        return cost
