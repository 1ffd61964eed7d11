# style: the notebook's own backward_propagation, and the decay added to its weights
def backward_propagation_with_regularization(X, Y, cache, lambd):
    gradients = backward_propagation(X, Y, cache)
    for name, W in (("dW1", cache[2]), ("dW2", cache[6]), ("dW3", cache[10])):
        gradients[name] = gradients[name] + lambd / X.shape[1] * W
    return gradients
