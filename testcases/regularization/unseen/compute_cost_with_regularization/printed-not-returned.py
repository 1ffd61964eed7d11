# mistake: the cost is printed, not returned
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    weights = np.concatenate([parameters[n].reshape(-1) for n in ("W1", "W2", "W3")])
    print("cost =", compute_cost(A3, Y) + lambd / (2 * m) * np.sum(weights**2))
