def numerical_gradient(cost, theta, epsilon=1e-7):
    approximation = np.zeros(theta.shape)
    for i in range(theta.size):
        step = np.zeros(theta.shape)
        step[i] = epsilon
        approximation[i] = (cost(theta + step) - cost(theta - step)) / (2 * epsilon)
    return approximation
