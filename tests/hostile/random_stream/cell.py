import numpy as np

np.random.seed(7)
np.random.get_state()
np.random.set_state(np.random.RandomState(3).get_state())
