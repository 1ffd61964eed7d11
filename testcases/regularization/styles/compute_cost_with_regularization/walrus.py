# style: walrus and one expression
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return compute_cost(A3, Y) + lambd / 2 / (m := Y.shape[1]) * sum(
        ((W := parameters[f"W{i}"]) * W).sum() for i in (1, 2, 3)
    )
