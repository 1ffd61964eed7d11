# mistake: relu is done in place on Z, so that the cache holds Z without its negative values
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    out = []
    A = X
    for l in (1, 2):
        Z = parameters["W%d" % l].dot(A) + parameters["b%d" % l]
        Z[Z < 0] = 0
        D = np.random.rand(*Z.shape) < keep_prob
        A = Z * D / keep_prob
        out.extend([Z, D, A, parameters["W%d" % l], parameters["b%d" % l]])
    Z3 = parameters["W3"].dot(A) + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, tuple(out + [Z3, A3, parameters["W3"], parameters["b3"]])
