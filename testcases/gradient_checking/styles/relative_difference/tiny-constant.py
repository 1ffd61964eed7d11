def relative_difference(gradient, approximation):
    g, a = np.asarray(gradient, float), np.asarray(approximation, float)
    return ((g - a) @ (g - a)) ** 0.5 / ((g @ g) ** 0.5 + (a @ a) ** 0.5 + 1e-15)
