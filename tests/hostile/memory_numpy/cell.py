import numpy as np


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return np.ones((10**5, 10**6)).sum()
