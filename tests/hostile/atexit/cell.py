import atexit
import os
import time

atexit.register(time.sleep, 3600)
atexit.register(os.fork)
