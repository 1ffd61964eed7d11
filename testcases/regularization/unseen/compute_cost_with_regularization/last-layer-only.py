# mistake: only W3 is penalized
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W3 = parameters["W3"]
    J = compute_cost(A3, Y)
    J += lambd * (W3 @ W3.T).item() / (2 * Y.size)
    return J
