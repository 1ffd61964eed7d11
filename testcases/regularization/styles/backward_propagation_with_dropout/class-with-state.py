# style: a class with one method per layer
class Backward:
    def __init__(self, X, Y, cache, keep_prob):
        self.X, self.Y, self.keep = X, Y, keep_prob
        (_, self.D1, self.A1, _, _, _, self.D2, self.A2, self.W2, _, _, self.A3, self.W3, _) = cache
        self.m = X.shape[1]
        self.g = {}

    def linear(self, l, dZ, below):
        self.g[f"dZ{l}"], self.g[f"dW{l}"] = dZ, dZ @ below.T / self.m
        self.g[f"db{l}"] = dZ @ np.full((self.m, 1), 1 / self.m)

    def run(self):
        self.linear(3, self.A3 - self.Y, self.A2)
        self.g["dA2"] = self.W3.T @ self.g["dZ3"] * self.D2 / self.keep
        self.linear(2, self.g["dA2"] * (self.A2 > 0), self.A1)
        self.g["dA1"] = self.W2.T @ self.g["dZ2"] * self.D1 / self.keep
        self.linear(1, self.g["dA1"] * (self.A1 > 0), self.X)
        return self.g


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    return Backward(X, Y, cache, keep_prob).run()
