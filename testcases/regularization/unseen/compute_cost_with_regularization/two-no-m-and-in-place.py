# mistake: the penalty is not divided by m
# mistake: the caller's weights are squared in place
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    J = compute_cost(A3, Y)
    for W in [parameters["W1"], parameters["W2"], parameters["W3"]]:
        W *= W
        J += lambd / 2 * np.sum(W)
    return J
