# mistake: the biases are penalized as well
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    everything = [np.sum(np.square(value)) for value in parameters.values()]
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * sum(everything)
