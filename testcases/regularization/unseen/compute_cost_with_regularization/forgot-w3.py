# mistake: the loop over layers stops before layer 3, so W3 is not penalised
# GRADED FUNCTION: compute_cost_with_regularization


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cost of the network with L2 penalty, formula (2)."""
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    ### START CODE HERE ### (about 1 line)
    total = 0
    for l in range(1, 3):
        total += np.sum(np.square(parameters["W" + str(l)]))
    L2_regularization_cost = lambd * total / (2 * m)
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
