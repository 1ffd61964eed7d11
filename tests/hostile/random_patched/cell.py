import numpy as np

np.random.seed = lambda *a: None
np.random.rand = lambda *shape: np.zeros(shape)
