# mistake: two mistakes: neither 1/2 nor 1/m, the penalty is lambd times the sum of squares
# GRADED FUNCTION: compute_cost_with_regularization


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cost of the network with L2 penalty, formula (2)."""
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    ### START CODE HERE ###
    L2_regularization_cost = 0
    for W in [W1, W2, W3]:
        L2_regularization_cost += lambd * np.sum(np.square(W))
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
