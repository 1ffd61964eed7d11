def numerical_gradient(cost, theta, epsilon=1e-7):
    steps = np.diag(np.full(theta.size, epsilon))
    ahead = np.apply_along_axis(cost, 1, theta + steps)
    behind = np.apply_along_axis(cost, 1, theta - steps)
    return 0.5 * (ahead - behind) / epsilon
