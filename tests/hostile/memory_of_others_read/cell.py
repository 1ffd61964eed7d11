import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


room = ctypes.create_string_buffer(64)
mine = Piece(ctypes.addressof(room), 64)
theirs = Piece(id(os), 64)
for pid in range(1, 20):
    for number in (310, 311):  # process_vm_readv, process_vm_writev
        if libc.syscall(number, pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0:
            print("REACHED", number, pid)
    descriptor = libc.syscall(434, pid, 0)  # pidfd_open
    if descriptor >= 0 and libc.syscall(438, descriptor, 3, 0) >= 0:  # pidfd_getfd
        print("REACHED", pid)
print("refused")
