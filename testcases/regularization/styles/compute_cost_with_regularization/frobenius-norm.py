# style: linalg.norm squared, imported in the cell
from numpy.linalg import norm


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    weights = [parameters[k] for k in ("W1", "W2", "W3")]
    frob = np.array([norm(W, ord="fro") for W in weights])
    return compute_cost(A3, Y) + (frob**2).sum() * lambd / (2 * Y.shape[-1])
