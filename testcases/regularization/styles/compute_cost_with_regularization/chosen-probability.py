# style: the probability given to the true class, and its mean
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    p = np.where(Y == 1, A3, 1 - A3)
    data_term = np.mean(-np.log(p))
    decay = {name: np.sum(w**2) for name, w in parameters.items() if name[0] == "W"}
    return data_term + lambd * sum(decay.values()) / (2 * p.size)
