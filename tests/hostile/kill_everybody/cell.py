import os
import signal

for pid in (-1, 0, 1, os.getppid()):
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        continue
