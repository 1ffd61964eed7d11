import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
kept = []
try:
    for number in range(40):
        kept.append(os.memfd_create(f"hostile{number}"))
        for _ in range(15):
            os.write(kept[-1], bytes(2**20))
    print("FILLED")
except OSError:
    print("refused")
if libc.syscall(447, 0) >= 0:  # memfd_secret
    print("FILLED")
