# mistake: the cross entropy is not added
# mistake: the factor 1/2 is missing
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    flat = np.hstack([parameters[f"W{i}"].ravel() for i in (1, 2, 3)])
    return float(flat @ flat * lambd / Y.shape[1])
