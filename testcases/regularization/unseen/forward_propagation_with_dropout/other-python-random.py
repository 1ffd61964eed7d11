# other stream: Python's own random module
import random


def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))

    def coins(rows, columns):
        return np.array([[random.random() < keep_prob for _ in range(columns)] for _ in range(rows)])

    Z1 = np.dot(W1, X) + b1
    D1 = coins(*Z1.shape)
    A1 = relu(Z1) * D1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    D2 = coins(*Z2.shape)
    A2 = relu(Z2) * D2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
