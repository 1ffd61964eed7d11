# mistake: the square root of the sum of squares is taken
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = A3.shape[1]
    theta = np.concatenate([parameters["W1"].ravel(), parameters["W2"].ravel(), parameters["W3"].ravel()])
    return compute_cost(A3, Y) + lambd / (2 * m) * np.sqrt(theta @ theta)
