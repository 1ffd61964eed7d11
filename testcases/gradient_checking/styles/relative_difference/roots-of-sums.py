def relative_difference(gradient, approximation):
    length = lambda v: np.sqrt(np.sum(np.square(v)))
    both = length(gradient) + length(approximation)
    return length(gradient - approximation) / both if both else both
