# style: matrix products throughout, the cost is an array of shape (1, 1)
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    J = -(np.log(A3) @ Y.T + np.log(1 - A3) @ (1 - Y).T) / m
    for key in ("W1", "W2", "W3"):
        w = parameters[key].reshape(-1, 1)
        J = J + lambd / (2 * m) * (w.T @ w)
    return J
