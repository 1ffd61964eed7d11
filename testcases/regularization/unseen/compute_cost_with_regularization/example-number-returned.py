# mistake: the number printed in the notebook is returned
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return 1.7864859451590758
