def numerical_gradient(cost, theta, epsilon=1e-7):
    work = np.array(theta, dtype=float)
    slopes = []
    for index, old in enumerate(work.tolist()):
        work[index] = old + epsilon
        rise = cost(work)
        work[index] = old - epsilon
        rise -= cost(work)
        work[index] = old
        slopes.append(rise / (2.0 * epsilon))
    return np.array(slopes)
