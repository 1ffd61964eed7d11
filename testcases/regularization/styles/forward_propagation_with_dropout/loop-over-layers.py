# style: one loop over all layers, the cache collected in a list
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A = X
    cache = []
    L = len(parameters) // 2
    for l in range(1, L + 1):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = W @ A + b
        if l == L:
            A = sigmoid(Z)
            cache += [Z, A, W, b]
        else:
            A = relu(Z)
            D = np.random.rand(*A.shape) < keep_prob
            A = A * D / keep_prob
            cache += [Z, D, A, W, b]
    return A, tuple(cache)
