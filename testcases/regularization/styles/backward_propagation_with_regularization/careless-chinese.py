# style: careless: Chinese identifiers, no docstring
def backward_propagation_with_regularization(X, Y, cache, lambd):
    样本数 = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    系数 = lambd / 样本数
    梯度 = {}
    梯度["dZ3"] = A3 - Y
    梯度["dW3"] = np.dot(梯度["dZ3"], A2.T) / 样本数 + 系数 * W3
    梯度["db3"] = np.sum(梯度["dZ3"], axis=1, keepdims=True) / 样本数
    梯度["dA2"] = np.dot(W3.T, 梯度["dZ3"])
    梯度["dZ2"] = 梯度["dA2"] * (A2 > 0)
    梯度["dW2"] = np.dot(梯度["dZ2"], A1.T) / 样本数 + 系数 * W2
    梯度["db2"] = np.sum(梯度["dZ2"], axis=1, keepdims=True) / 样本数
    梯度["dA1"] = np.dot(W2.T, 梯度["dZ2"])
    梯度["dZ1"] = 梯度["dA1"] * (A1 > 0)
    梯度["dW1"] = np.dot(梯度["dZ1"], X.T) / 样本数 + 系数 * W1
    梯度["db1"] = np.sum(梯度["dZ1"], axis=1, keepdims=True) / 样本数
    return 梯度
