# mistake: the weights are popped out of the caller's dictionary
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    reg = 0
    for i in (1, 2, 3):
        reg += np.sum(parameters.pop("W" + str(i)) ** 2)
    return compute_cost(A3, Y) + reg * lambd / (2 * m)
