# mistake: only the sum over W3 is divided by 2m
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = lambd * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2) / (2 * m))
    return cross_entropy_cost + L2_regularization_cost
