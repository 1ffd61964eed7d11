# mistake: the penalties of the layers are not added up, an array of three costs comes back
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    per_layer = np.array([np.sum(parameters[k] ** 2) for k in ("W1", "W2", "W3")])
    return compute_cost(A3, Y) + lambd * per_layer / (2 * Y.shape[1])
