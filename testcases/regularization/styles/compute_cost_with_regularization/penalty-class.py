# style: a small class with __call__ and a property
class L2Penalty:
    def __init__(self, lambd, m):
        self.lambd = lambd
        self.m = m

    @property
    def factor(self):
        return self.lambd / (2 * self.m)

    def __call__(self, *matrices):
        return self.factor * sum(np.sum(np.multiply(W, W)) for W in matrices)


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = L2Penalty(lambd, Y.shape[1])
    return compute_cost(A3, Y) + penalty(parameters["W1"], parameters["W2"], parameters["W3"])
