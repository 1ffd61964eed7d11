import os
import time

for _ in range(20):
    if os.fork() == 0:
        kept = b"x" * (200 * 2**20)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
print("KEPT")
