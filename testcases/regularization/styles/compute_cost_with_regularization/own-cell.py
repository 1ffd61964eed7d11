# right: written anew with own names and own cross-entropy
# GRADED FUNCTION: compute_cost_with_regularization
from functools import reduce

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    n_examples = A3.shape[1]
    loss = compute_cost(A3, Y)
    pen = reduce(lambda acc, key: acc + np.einsum("ij,ij->", parameters[key], parameters[key]),
                 ["W3", "W2", "W1"], 0.0)
    return loss + pen / n_examples * lambd / 2
