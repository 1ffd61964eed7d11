# style: the cost rounded to np.float32
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = np.inner(parameters["W1"].ravel(), parameters["W1"].ravel())
    squares += np.inner(parameters["W2"].ravel(), parameters["W2"].ravel())
    squares += np.inner(parameters["W3"].ravel(), parameters["W3"].ravel())
    return np.float32(compute_cost(A3, Y) + (0.5 * squares) * (lambd / m))
