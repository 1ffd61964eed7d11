def relative_difference(gradient, approximation):
    import math

    gap = math.sqrt(sum((g - a) ** 2 for g, a in zip(gradient, approximation)))
    g = math.sqrt(sum(x * x for x in gradient))
    a = math.sqrt(sum(x * x for x in approximation))
    try:
        return gap / (g + a)
    except ZeroDivisionError:
        return 0.0
