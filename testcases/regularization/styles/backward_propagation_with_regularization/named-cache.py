# style: a namedtuple for the cache, a read-only mapping as the result
from collections import namedtuple
from types import MappingProxyType

Cache = namedtuple("Cache", "Z1 A1 W1 b1 Z2 A2 W2 b2 Z3 A3 W3 b3")


def backward_propagation_with_regularization(X, Y, cache, lambd):
    c = Cache(*cache)
    m = c.A3.shape[1]
    dZ3 = c.A3 - Y
    dA2 = c.W3.T @ dZ3
    dZ2 = np.where(c.Z2 > 0, dA2, 0)
    dA1 = c.W2.T @ dZ2
    dZ1 = np.where(c.Z1 > 0, dA1, 0)
    gradients = {"dZ3": dZ3, "dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    for l, dZ, below, W in [(1, dZ1, X, c.W1), (2, dZ2, c.A1, c.W2), (3, dZ3, c.A2, c.W3)]:
        gradients[f"dW{l}"] = np.dot(dZ, below.T) / m + lambd / m * W
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return MappingProxyType(gradients)
