# mistake: the norms of the weight matrices are not squared
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    norms = [np.linalg.norm(W) for W in (W1, W2, W3)]
    L2_regularization_cost = lambd * sum(norms) / (2 * m)

    return cross_entropy_cost + L2_regularization_cost
