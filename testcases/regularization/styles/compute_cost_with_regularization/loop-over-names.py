# style: a loop over layer numbers, nothing unpacked
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = 0
    for l in range(1, 4):
        penalty += (parameters["W" + str(l)] ** 2).sum()
    penalty *= lambd / 2 / Y.shape[1]
    return compute_cost(A3, Y) + penalty
