# mistake: divides the penalty by the number of rows of W1 instead of the number of examples
# GRADED FUNCTION: compute_cost_with_regularization


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Cost of the network with L2 penalty, formula (2).

    Arguments:
        A3: outputs of the network, float array of shape (1, m), values between 0 and 1.
        Y: labels, array of 0 and 1 of shape (1, m).
        parameters: dictionary with "W1", "b1", "W2", "b2", "W3", "b3" (float arrays of any
            fitting sizes). None of the arguments may be changed.
        lambd: strength of the penalty, a number >= 0.

    Returns:
        The regularized cost, one number.
    """
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    ### START CODE HERE ### (about 1 line)
    L2_regularization_cost = 1.0 / W1.shape[0] * lambd / 2 * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
