import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
namespaces = {
    "user": 28,
    "mount": 17,
    "process": 29,
    "network": 30,
    "ipc": 27,
    "uts": 26,
    "cgroup": 25,
}
for name, bit in namespaces.items():
    if libc.unshare(1 << bit) == 0:
        print("ENTERED", name)
    child = libc.syscall(56, 1 << 28 | 1 << bit | 17, None, None, None, None)  # clone
    if child == 0:
        os._exit(0)
    if child > 0:
        print("ENTERED", name)
arguments = (ctypes.c_uint64 * 11)(1 << 28, 0, 0, 0, 17)
child = libc.syscall(435, arguments, 88)  # clone3
if child == 0:
    os._exit(0)
if child > 0:
    print("ENTERED by clone3")
print("refused")
