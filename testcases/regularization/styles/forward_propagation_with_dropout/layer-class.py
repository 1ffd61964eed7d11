# style: a layer class with its mask as an attribute
class HiddenLayer:
    def __init__(self, W, b, keep_prob):
        self.W, self.b, self.keep_prob = W, b, keep_prob

    def forward(self, A_prev):
        self.Z = np.dot(self.W, A_prev) + self.b
        self.D = np.random.rand(*self.Z.shape) < self.keep_prob
        self.A = np.multiply(relu(self.Z), self.D) / self.keep_prob
        return self.A

    def saved(self):
        return (self.Z, self.D, self.A, self.W, self.b)


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    first = HiddenLayer(parameters["W1"], parameters["b1"], keep_prob)
    second = HiddenLayer(parameters["W2"], parameters["b2"], keep_prob)
    Z3 = parameters["W3"].dot(second.forward(first.forward(X))) + parameters["b3"]
    A3 = sigmoid(Z3)
    return A3, first.saved() + second.saved() + (Z3, A3, parameters["W3"], parameters["b3"])
