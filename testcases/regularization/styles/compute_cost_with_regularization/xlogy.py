# style: scipy's xlogy and xlog1py, m from A3
from scipy.special import xlog1py, xlogy


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = A3.shape[1]
    nll = -(xlogy(Y, A3) + xlog1py(1 - Y, -A3)).sum() / m
    return nll + (lambd / m) * sum(0.5 * np.square(parameters[w]).sum() for w in ("W1", "W2", "W3"))
