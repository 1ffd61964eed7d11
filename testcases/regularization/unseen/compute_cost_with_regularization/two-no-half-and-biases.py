# mistake: the factor 1/2 is missing
# mistake: the biases are penalized as well
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    reg = 0
    for l in (1, 2, 3):
        reg += np.sum(parameters["W" + str(l)] ** 2) + np.sum(parameters["b" + str(l)] ** 2)
    return compute_cost(A3, Y) + lambd / m * reg
