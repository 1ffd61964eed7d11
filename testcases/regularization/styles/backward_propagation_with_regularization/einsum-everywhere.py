# style: einsum for every product and every sum
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]
    g = {}
    g["dZ3"] = A3 - Y
    g["dW3"] = np.einsum("ie,je->ij", g["dZ3"], A2) / m + np.einsum(",ij->ij", lambd / m, W3)
    g["db3"] = np.einsum("ie->i", g["dZ3"])[:, np.newaxis] / m
    g["dA2"] = np.einsum("ji,je->ie", W3, g["dZ3"])
    g["dZ2"] = np.einsum("ie,ie->ie", g["dA2"], (Z2 > 0).astype(float))
    g["dW2"] = np.einsum("ie,je->ij", g["dZ2"], A1) / m + lambd / m * W2
    g["db2"] = np.einsum("ie->i", g["dZ2"])[:, np.newaxis] / m
    g["dA1"] = np.einsum("ji,je->ie", W2, g["dZ2"])
    g["dZ1"] = np.einsum("ie,ie->ie", g["dA1"], (Z1 > 0).astype(float))
    g["dW1"] = np.einsum("ie,je->ij", g["dZ1"], X) / m + lambd / m * W1
    g["db1"] = np.einsum("ie->i", g["dZ1"])[:, np.newaxis] / m
    return g
