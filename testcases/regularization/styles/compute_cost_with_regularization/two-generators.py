# style: generators and a named intermediate for each formula term
def _layers(parameters):
    number = 1
    while "W%i" % number in parameters:
        yield parameters["W%i" % number]
        number += 1


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    one_over_m = 1 / np.shape(Y)[1]
    lambda_half = lambd / 2
    inner_sums = (row @ row for W in _layers(parameters) for row in W)
    return compute_cost(A3, Y) + one_over_m * lambda_half * np.sum(list(inner_sums))
