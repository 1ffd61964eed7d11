# style: math.fsum over a chain, try and finally
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    from itertools import chain
    from math import fsum

    old = np.seterr(all="ignore")
    try:
        entries = chain.from_iterable(parameters[n].flat for n in ("W1", "W2", "W3"))
        return compute_cost(A3, Y) + fsum(w * w for w in entries) * lambd / (2 * Y.shape[1])
    finally:
        np.seterr(**old)
