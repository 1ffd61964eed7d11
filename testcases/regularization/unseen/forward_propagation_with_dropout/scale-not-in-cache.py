# mistake: A1 and A2 in the cache are masked, but not scaled; the scale comes in the next layer
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    p = parameters
    Z1 = np.dot(p["W1"], X) + p["b1"]
    D1 = np.random.rand(*Z1.shape) < keep_prob
    A1 = relu(Z1) * D1
    Z2 = np.dot(p["W2"], A1 / keep_prob) + p["b2"]
    D2 = np.random.rand(*Z2.shape) < keep_prob
    A2 = relu(Z2) * D2
    Z3 = np.dot(p["W3"], A2 / keep_prob) + p["b3"]
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"])
