# mistake: the biases are penalized in place of the weights
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    reg = 0.0
    for name, value in parameters.items():
        if name[0] == "b":
            reg += float((value**2).sum())
    return compute_cost(A3, Y) + reg * lambd / (2 * m)
