# other stream: each layer has a seed of its own
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    A, cache = X, ()
    for layer in (1, 2):
        np.random.seed(100 + layer)
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = W @ A + b
        D = (np.random.rand(*Z.shape) < keep_prob).astype(np.float32)
        A = relu(Z) * D / keep_prob
        cache += (Z, D, A, W, b)
    Z3 = parameters["W3"] @ A + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, cache + (Z3, A3, parameters["W3"], parameters["b3"])
