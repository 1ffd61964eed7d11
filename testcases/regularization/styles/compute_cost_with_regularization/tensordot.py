# style: tensordot over both axes; m as the length of the first row of Y
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = len(Y[0])
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y)  # the first term of formula (2)

    quadrate = [np.tensordot(W, W, axes=2) for W in (W1, W2, W3)]
    L2_regularization_cost = np.add.reduce(quadrate) * lambd / m * 0.5

    return cross_entropy_cost + L2_regularization_cost
