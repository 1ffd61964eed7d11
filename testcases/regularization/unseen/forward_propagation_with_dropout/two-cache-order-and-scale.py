# mistake: the cache has the masks after the activations
# mistake: the activations are multiplied by keep_prob
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    cache, A = [], X
    for l in (1, 2):
        W, b = parameters["W%d" % l], parameters["b%d" % l]
        Z = np.dot(W, A) + b
        D = np.random.rand(*Z.shape) < keep_prob
        A = relu(Z) * D * keep_prob
        cache.extend((Z, A, D, W, b))
    W, b = parameters["W3"], parameters["b3"]
    Z = np.dot(W, A) + b
    A = sigmoid(Z)
    return A, tuple(cache) + (Z, A, W, b)
