def numerical_gradient(cost, theta, epsilon=1e-7):
    def slope(i):
        unit = np.array([1.0 if j == i else 0.0 for j in range(len(theta))])
        return (cost(theta + epsilon * unit) - cost(theta - epsilon * unit)) / (2 * epsilon)

    print("components:", len(theta))
    return [slope(i) for i in range(len(theta))]
