# style: any number of layers, keys that start with W
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    reg = sum(np.sum(np.square(value)) for key, value in sorted(parameters.items()) if key.startswith("W"))
    return compute_cost(A3, Y) + reg * lambd * (1.0 / m) * (1.0 / 2.0)
