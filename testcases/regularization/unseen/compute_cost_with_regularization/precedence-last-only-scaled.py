# mistake: only the sum over W3 is scaled by lambd / (2m)
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    s1, s2, s3 = (np.sum(parameters[f"W{i}"] ** 2) for i in (1, 2, 3))
    reg = s1 + s2 + s3 * lambd / (2 * m)
    return compute_cost(A3, Y) + reg
