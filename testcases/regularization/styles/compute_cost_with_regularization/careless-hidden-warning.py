# style: careless: a logarithm of zero that warns and is thrown away
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    ones = Y * np.log(A3 * Y)  # warns: log(0) where y is 0
    zeros = (1 - Y) * np.log((1 - A3) * (1 - Y))
    ce = -(np.nansum(ones) + np.nansum(zeros)) / m
    r = 0
    for i in range(3):
        r += np.sum(parameters["W" + str(i + 1)] ** 2)
    return ce + r * lambd / (2 * m)
