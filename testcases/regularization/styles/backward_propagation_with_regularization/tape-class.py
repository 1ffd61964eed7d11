# style: a class that collects gradients as it walks back
class Walker:
    def __init__(self, m, lambd):
        self.m, self.lambd, self.found = m, lambd, {}

    def layer(self, number, dZ, inputs, W):
        self.found["dZ%d" % number] = dZ
        self.found["dW%d" % number] = np.dot(dZ, inputs.T) / self.m + self.lambd / self.m * W
        self.found["db%d" % number] = np.sum(dZ, axis=1, keepdims=True) / self.m
        return W.T.dot(dZ)

    def relu(self, number, dA, A):
        self.found["dA%d" % number] = dA
        return np.multiply(dA, np.int64(A > 0))


def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    walk = Walker(X.shape[1], lambd)
    dA2 = walk.layer(3, A3 - Y, A2, W3)
    dA1 = walk.layer(2, walk.relu(2, dA2, A2), A1, W2)
    walk.layer(1, walk.relu(1, dA1, A1), X, W1)
    return walk.found
