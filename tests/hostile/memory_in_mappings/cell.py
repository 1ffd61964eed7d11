import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
for name, flags in (("shared", 0x21), ("validated", 0x23)):
    if libc.mmap(None, 2**20, 3, flags, -1, 0) != ctypes.c_void_p(-1).value:
        print("MAPPED", name)
try:
    mmap.mmap(-1, 2**20)
    print("MAPPED anonymous")
except OSError:
    print("refused")
try:
    with open("/dev/zero", "r+b", buffering=0) as zero:
        mmap.mmap(zero.fileno(), 2**20)
    print("MAPPED zeros")
except OSError:
    print("refused")
