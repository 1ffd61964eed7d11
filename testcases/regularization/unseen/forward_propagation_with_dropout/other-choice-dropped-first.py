# other stream: np.random.choice with p, the dropped value first
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A, parts = X, []
    for l in (1, 2):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = np.dot(W, A) + b
        D = np.random.choice([0, 1], size=Z.shape, p=[1 - keep_prob, keep_prob])
        A = np.maximum(Z, 0) * D / keep_prob
        parts += [Z, D, A, W, b]
    Z3 = np.dot(parameters["W3"], A) + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, tuple([*parts, Z3, A3, parameters["W3"], parameters["b3"]])
