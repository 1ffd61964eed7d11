# style: everything kept as arrays, the cost has shape (1,)
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = float(Y.size)
    ce = -np.sum(Y * np.log(A3) + (1 - Y) * np.log1p(-A3), axis=1) / m
    for W in (parameters["W1"], parameters["W2"], parameters["W3"]):
        ce = ce + lambd / (2 * m) * np.sum(W**2)
    return ce
