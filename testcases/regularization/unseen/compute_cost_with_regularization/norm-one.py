# mistake: np.linalg.norm(W, 1), the largest column sum, is taken for the norm
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    cross_entropy_cost = compute_cost(A3, Y)
    squared = [np.linalg.norm(W, 1) ** 2 for W in (W1, W2, W3)]
    L2_regularization_cost = lambd / (2 * m) * sum(squared)
    return cross_entropy_cost + L2_regularization_cost
