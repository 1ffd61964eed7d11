# style: recursion from layer to layer
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    def squares(layer):
        if f"W{layer}" not in parameters:
            return 0.0
        return np.sum(parameters[f"W{layer}"] ** 2) + squares(layer + 1)

    return compute_cost(A3, Y) + lambd * squares(1) / (2 * Y.shape[1])
