# style: old course style, np.multiply and np.nansum for the logprobs
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    logprobs = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cross_entropy_cost = 1. / m * np.nansum(logprobs)
    L2_regularization_cost = 1. / m * lambd / 2 * (np.sum(np.square(parameters["W1"])) + np.sum(np.square(parameters["W2"])) + np.sum(np.square(parameters["W3"])))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost
