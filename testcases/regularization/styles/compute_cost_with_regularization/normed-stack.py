# style: norm of a stacked column without a loop over layers
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    column = np.r_[W1.ravel(order="F"), W2.ravel(order="F"), W3.ravel(order="F")][:, None]
    L2_regularization_cost = np.linalg.norm(column) ** 2 * np.divide(lambd, 2 * m)

    return cross_entropy_cost + L2_regularization_cost
