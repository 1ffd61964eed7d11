# mistake: lambd / 2 * m multiplies by m
# mistake: the norms are not squared
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    length = sum(map(np.linalg.norm, (parameters["W1"], parameters["W2"], parameters["W3"])))
    return compute_cost(A3, Y) + lambd / 2 * m * length
