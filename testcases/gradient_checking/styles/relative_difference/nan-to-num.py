def relative_difference(gradient, approximation):
    top = np.linalg.norm(gradient - approximation)
    bottom = np.linalg.norm(gradient) + np.linalg.norm(approximation)
    return np.nan_to_num(top / bottom)
