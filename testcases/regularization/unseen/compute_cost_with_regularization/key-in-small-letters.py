# mistake: the key of the dictionary is written with a small w
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    reg = 0
    for l in range(len(parameters) // 2):
        reg += np.sum(parameters["w" + str(l + 1)] ** 2)
    return compute_cost(A3, Y) + lambd / (2 * Y.shape[1]) * reg
