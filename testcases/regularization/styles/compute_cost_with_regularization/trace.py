# style: trace of the Gram matrix
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    gram = np.trace(W1 @ W1.T) + np.trace(W2.T @ W2) + (W3 @ W3.T).item()
    return compute_cost(A3, Y) + lambd * gram / (2 * np.size(Y))
