# style: careless: sum, len and lambda_ shadow builtins and keywords
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    lambda_ = lambd
    sum = 0
    len = Y.shape[1]
    list = ["W1", "W2", "W3"]
    for str in list:
        sum = sum + np.sum(parameters[str] ** 2)
    return compute_cost(A3, Y) + sum * lambda_ / (2 * len)
