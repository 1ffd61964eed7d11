# mistake: m is taken from the rows of Y
# mistake: W3 is left out of the penalty
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = np.shape(Y)[0]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    L2_regularization_cost = lambd / (2 * m) * (np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2)

    return cross_entropy_cost + L2_regularization_cost
