def numerical_gradient(cost, theta, epsilon=1e-7):
    return np.array(
        [(cost(theta + e) - cost(theta - e)) / (2 * epsilon) for e in np.eye(len(theta)) * epsilon]
    )
