# mistake: only W1 is penalized
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    L2_regularization_cost = (1. / m) * (lambd / 2) * np.sum(np.square(W1))

    return cross_entropy_cost + L2_regularization_cost
