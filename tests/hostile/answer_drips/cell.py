import os
import struct
import time

bytes_to_come = iter(struct.pack("!4sIQ", b"GRDR", 1, 100) + b" " * 100)
for byte in bytes_to_come:
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, bytes([byte]))
        except OSError:
            continue
    time.sleep(0.5)
