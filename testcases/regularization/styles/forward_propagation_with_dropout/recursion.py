# style: recursion through the layers
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)

    def onwards(A, layer):
        W, b = parameters["W%d" % layer], parameters["b%d" % layer]
        Z = np.dot(W, A) + b
        if layer == 3:
            out = sigmoid(Z)
            return out, (Z, out, W, b)
        D = np.random.rand(*Z.shape) < keep_prob
        A = relu(Z) * D / keep_prob
        out, rest = onwards(A, layer + 1)
        return out, (Z, D, A, W, b, *rest)

    return onwards(X, 1)
