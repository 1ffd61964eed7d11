print("\ud800 \x00 \x1b[31m")


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    raise ValueError("\ud800 \x00")


raise ValueError("\udfff")
