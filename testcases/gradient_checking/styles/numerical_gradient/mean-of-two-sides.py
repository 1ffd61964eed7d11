def numerical_gradient(cost, theta, epsilon=1e-7):
    here = cost(theta)
    gradient = np.empty(theta.shape, dtype=float)
    for i in range(theta.size):
        step = (np.arange(theta.size) == i) * epsilon
        gradient[i] = ((cost(theta + step) - here) / epsilon + (here - cost(theta - step)) / epsilon) / 2
    return gradient
