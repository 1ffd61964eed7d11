# mistake: the squares are summed along axis 1 only, so a vector or a shape error comes out
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

    ### START CODE HERE ###
    L2_regularization_cost = lambd/(2*m) * (np.sum(np.square(W1), axis=1) + np.sum(np.square(W2), axis=1) + np.sum(np.square(W3), axis=1))
    ### END CODE HERE ###

    return cross_entropy_cost + L2_regularization_cost
