# mistake: the term of the labels 0 is missing in the cross entropy
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    ce = -np.mean(Y * np.log(A3))
    reg = np.sum(np.square(parameters["W1"])) + np.sum(np.square(parameters["W2"])) + np.sum(np.square(parameters["W3"]))
    return ce + reg * lambd / 2 / m
