# style: plain Python loops and math.log, cross entropy written out
import math


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    outputs = A3[0].tolist()
    labels = Y[0].tolist()
    examples = len(labels)
    loss = 0.0
    for a, y in zip(outputs, labels):
        if y == 1:
            loss -= math.log(a)
        else:
            loss -= math.log(1 - a)
    squares = 0.0
    for name in ["W1", "W2", "W3"]:
        for row in parameters[name].tolist():
            for w in row:
                squares += w * w
    return loss / examples + squares * lambd / (2 * examples)
