# style: careless: French names, map and input shadowed
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    input = X
    nombre = input.shape[1]
    probabilité = keep_prob
    map = {}
    map["dZ3"] = A3 - Y
    map["dW3"] = 1./nombre * np.dot(map["dZ3"], A2.T)
    map["db3"] = 1./nombre * np.sum(map["dZ3"], axis=1, keepdims=True)
    map["dA2"] = np.dot(W3.T, map["dZ3"]) * D2 / probabilité
    map["dZ2"] = map["dA2"] * (A2 > 0)
    map["dW2"] = 1./nombre * np.dot(map["dZ2"], A1.T)
    map["db2"] = 1./nombre * np.sum(map["dZ2"], axis=1, keepdims=True)
    map["dA1"] = np.dot(W2.T, map["dZ2"]) * D1 / probabilité
    map["dZ1"] = map["dA1"] * (A1 > 0)
    map["dW1"] = 1./nombre * np.dot(map["dZ1"], input.T)
    map["db1"] = 1./nombre * np.sum(map["dZ1"], axis=1, keepdims=True)
    return map
