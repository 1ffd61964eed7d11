# mistake: outputs and labels are swapped in the call of compute_cost
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(Y, A3)  # the first term of formula (2)

    L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))

    return cross_entropy_cost + L2_regularization_cost
