# right: the whole function as a loop over the two hidden layers
# GRADED FUNCTION: forward_propagation_with_dropout
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A = X
    cache = []
    for l in (1, 2):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = W @ A + b
        A = np.maximum(Z, 0)
        mask = np.less(np.random.rand(*Z.shape), keep_prob)
        A = A * mask / keep_prob
        cache += [Z, mask, A, W, b]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z3 = W3 @ A + b3
    A3 = sigmoid(Z3)
    return A3, tuple(cache + [Z3, A3, W3, b3])
