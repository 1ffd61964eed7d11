# mistake: b1 stands where W1 should stand
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    b1 = parameters["b1"]
    L2_regularization_cost = 0.5 / m * lambd * (np.vdot(b1, b1) + np.vdot(W2, W2) + np.vdot(W3, W3))

    return cross_entropy_cost + L2_regularization_cost
