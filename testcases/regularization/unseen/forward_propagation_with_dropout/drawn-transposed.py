# mistake: the shape is turned round, the masks do not fit
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A0 = X
    Z1 = parameters["W1"].dot(A0) + parameters["b1"]
    A1 = relu(Z1)
    D1 = np.random.rand(A1.shape[1], A1.shape[0]) < keep_prob
    A1 = A1 * D1 / keep_prob
    Z2 = parameters["W2"].dot(A1) + parameters["b2"]
    A2 = relu(Z2)
    D2 = np.random.rand(A2.shape[1], A2.shape[0]) < keep_prob
    A2 = A2 * D2 / keep_prob
    Z3 = parameters["W3"].dot(A2) + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, parameters["W1"], parameters["b1"], Z2, D2, A2, parameters["W2"], parameters["b2"], Z3, A3, parameters["W3"], parameters["b3"])
