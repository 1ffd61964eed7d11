# style: the squared singular values, as a mathematician would
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    spectrum = [np.linalg.svd(parameters[name], compute_uv=False) for name in ("W3", "W2", "W1")]
    energy = sum(s @ s for s in spectrum)
    return compute_cost(A3, Y) + 0.5 * (lambd / Y.shape[1]) * energy
