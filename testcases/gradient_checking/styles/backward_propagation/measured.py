def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2) = cache
    n_h, n_x = W1.shape

    def cost(theta):
        return compute_cost(forward_propagation(X, to_parameters(theta, n_x, n_h))[0], Y)

    theta = to_vector({"W1": W1, "b1": b1, "W2": W2, "b2": b2})
    slopes = to_parameters(numerical_gradient(cost, theta, 1e-6), n_x, n_h)
    return {f"d{name}": value for name, value in slopes.items()}
