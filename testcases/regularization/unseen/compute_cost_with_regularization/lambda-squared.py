# mistake: lambd is squared as well
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    L2_regularization_cost = sum(np.sum(np.square(lambd * W)) for W in (W1, W2, W3)) / (2 * m)

    return cross_entropy_cost + L2_regularization_cost
