# mistake: the weights come from the notebook's parameters_example and not from the argument
# GRADED FUNCTION: compute_cost_with_regularization


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cost of the network with L2 penalty, formula (2)."""
    m = Y.shape[1]
    W1 = parameters_example["W1"]
    W2 = parameters_example["W2"]
    W3 = parameters_example["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    ### START CODE HERE ### (about 1 line)
    L2_regularization_cost = lambd / (2 * m) * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
