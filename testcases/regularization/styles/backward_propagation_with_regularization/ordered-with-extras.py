# style: an OrderedDict in forward order, with extra keys
from collections import OrderedDict


def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = Y.size
    dA3 = np.divide(1 - Y, 1 - A3) - np.divide(Y, A3)
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * np.sign(A2)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * np.sign(A1)
    out = OrderedDict()
    out["dW1"] = dZ1 @ X.T / m + lambd * W1 / m
    out["db1"] = np.mean(dZ1, axis=1, keepdims=True)
    out["dW2"] = dZ2 @ A1.T / m + lambd * W2 / m
    out["db2"] = np.mean(dZ2, axis=1, keepdims=True)
    out["dW3"] = dZ3 @ A2.T / m + lambd * W3 / m
    out["db3"] = np.mean(dZ3, axis=1, keepdims=True)
    out.update(dZ1=dZ1, dA1=dA1, dZ2=dZ2, dA2=dA2, dZ3=dZ3, dA3=dA3, m=m, lambd=lambd)
    return out
