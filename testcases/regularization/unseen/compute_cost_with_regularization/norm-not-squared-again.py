# mistake: Frobenius norms are added without being squared
# GRADED FUNCTION: compute_cost_with_regularization


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cost of the network with L2 penalty, formula (2)."""
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    ### START CODE HERE ###
    L2_regularization_cost = (lambd / (2*m)) * (np.linalg.norm(W1) + np.linalg.norm(W2) + np.linalg.norm(W3))
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
