def relative_difference(gradient, approximation):
    if not gradient.any() and not approximation.any():
        return 0.0
    return np.linalg.norm(approximation - gradient) / (
        np.linalg.norm(gradient) + np.linalg.norm(approximation)
    )
