# style: functional, reduce and map with lambdas
from functools import reduce
from operator import add


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    sq = lambda w: float(np.sum(w * w))
    total = reduce(add, map(sq, map(parameters.get, ["W1", "W2", "W3"])), 0.0)
    return (lambda ce, reg: ce + reg)(compute_cost(A3, Y), lambd * total / (Y.shape[1] + Y.shape[1]))
