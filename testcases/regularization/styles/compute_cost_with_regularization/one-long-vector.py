# style: all weights in one long vector, dot product with itself
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    theta = np.hstack([parameters["W1"].flatten(), parameters["W2"].flatten(), parameters["W3"].flatten()])
    m = A3.shape[1]
    J = compute_cost(A3, Y)
    J = J + lambd * theta.dot(theta) / 2.0 / m
    return J
