def relative_difference(gradient, approximation):
    numerator = np.linalg.norm(gradient - approximation)
    denominator = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    if denominator == 0:
        return 0
    return numerator / denominator
