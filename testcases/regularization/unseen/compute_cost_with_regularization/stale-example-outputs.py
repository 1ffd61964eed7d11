# mistake: the cross entropy is taken of A3_example and Y_example of the notebook
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    ce = compute_cost(A3_example, Y_example)
    return ce + lambd / (2 * m) * sum(np.sum(parameters[f"W{k}"] ** 2) for k in range(1, 4))
