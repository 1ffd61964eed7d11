# mistake: the cache is a dictionary
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    cache = dict(parameters)
    A = X
    for l in "12":
        cache["Z" + l] = parameters["W" + l] @ A + parameters["b" + l]
        cache["D" + l] = np.random.rand(*cache["Z" + l].shape) < keep_prob
        A = cache["A" + l] = relu(cache["Z" + l]) * cache["D" + l] / keep_prob
    cache["Z3"] = parameters["W3"] @ A + parameters["b3"]
    cache["A3"] = sigmoid(cache["Z3"])
    return cache["A3"], cache
