# mistake: the output is dropped as well
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A, saved = X, ()
    for l, activation in ((1, relu), (2, relu), (3, sigmoid)):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = W @ A + b
        A = activation(Z)
        D = np.random.rand(*A.shape) < keep_prob
        A = A * D / keep_prob
        saved += (Z, D, A, W, b) if l < 3 else (Z, A, W, b)
    return A, saved
