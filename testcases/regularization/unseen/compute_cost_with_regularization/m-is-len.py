# mistake: m is len(A3), the number of rows
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = len(A3)
    penalty = sum([np.dot(parameters[w].ravel(), parameters[w].ravel()) for w in ["W1", "W2", "W3"]])
    return compute_cost(A3, Y) + (lambd * penalty) / (2.0 * m)
