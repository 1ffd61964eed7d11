def numerical_gradient(cost, theta, epsilon=1e-7):
    approximation = np.zeros(theta.shape)
    moved = theta.astype(np.float64)
    for i in range(theta.shape[0]):
        moved[i] += epsilon
        ahead = cost(moved)
        moved[i] -= 2 * epsilon
        behind = cost(moved)
        moved[i] += epsilon
        approximation[i] = (ahead - behind) / epsilon / 2
    return approximation
