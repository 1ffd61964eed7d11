def numerical_gradient(cost, theta, epsilon=1e-7):
    n = len(theta)
    J_plus = np.zeros(n)
    J_minus = np.zeros(n)
    for i in range(n):
        theta_plus = np.copy(theta).astype(float)
        theta_plus[i] = theta_plus[i] + epsilon
        J_plus[i] = cost(theta_plus)
        theta_minus = np.copy(theta).astype(float)
        theta_minus[i] = theta_minus[i] - epsilon
        J_minus[i] = cost(theta_minus)
    return (J_plus - J_minus) / (2 * epsilon)
