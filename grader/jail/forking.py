"""One fork into namespaces of the new process's own, in a single system call.

Python's `os.fork` and then `unshare` would need a second fork, for the first process of the new
process namespace. Each copies the page tables of a warm interpreter, which takes longer than
everything else that isolates a submission.

Python is told before and after, as `os.fork` does: modules have things to do in a new process.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import threading
import time

import seccomp

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
_CHILD_SETTID = 0x01000000
_FLAGS = _NEWNS | _NEWIPC | _NEWUSER | _NEWPID | _CHILD_SETTID
#: Where the number of `clone` is not known, its successor has the same number on every machine.
_CLONE3 = 435
#: The C library keeps its thread's number in the first part of what `pthread_self` points to.
_THREAD_WORDS = 256
#: With Python's lock held, which the new process then has too.
_PYTHON = ctypes.PyDLL(None, use_errno=True)


class Forker:
    """Made once, by a process without threads."""

    def __init__(self) -> None:
        place = _address_of_thread_number() or ctypes.addressof(_unused)
        clone = seccomp.number("clone")
        if clone is None:
            # flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls
            arguments = struct.pack("=8Q", _FLAGS, 0, place, 0, signal.SIGCHLD, 0, 0, 0)
            call: list[int | bytes] = [_CLONE3, arguments, len(arguments)]
        else:
            # flags, stack, parent_tid, then child_tid and tls in one order or the other
            call = [clone, _FLAGS | signal.SIGCHLD, 0, 0, place, place]
        self._call = [ctypes.c_long(part) if isinstance(part, int) else part for part in call]

    def fork(self) -> int:
        """Like `os.fork`; the new process is the first of its namespaces.

        When it is killed, the kernel ends whatever else lives in them: nothing survives a submission.

        Raises:
            OSError: the kernel does not allow it here, or cannot.
        """
        _PYTHON.PyOS_BeforeFork()
        pid: int = _PYTHON.syscall(*self._call)
        if pid == 0:
            _PYTHON.PyOS_AfterFork_Child()
            return 0
        number = ctypes.get_errno()
        _PYTHON.PyOS_AfterFork_Parent()
        if pid < 0:
            raise OSError(number, f"clone: {os.strerror(number)}")
        return pid


_unused = ctypes.c_int()


def _address_of_thread_number() -> int | None:
    """Where the C library keeps the number of this thread; `fork` would renew it, a system call does not.

    Its locks know their owner by that number. Found by trying what a clock of this thread, whose
    name is made from it, is called.
    """
    library = ctypes.CDLL(None)
    library.pthread_self.restype = ctypes.c_void_p
    thread = library.pthread_self()
    words = (ctypes.c_int * _THREAD_WORDS).from_address(thread)
    number = threading.get_native_id()
    clock = time.pthread_getcpuclockid(threading.get_ident())
    for index in range(_THREAD_WORDS):
        if words[index] == number:
            words[index] = number + 1
            moved = time.pthread_getcpuclockid(threading.get_ident()) != clock
            words[index] = number
            if moved:
                return thread + index * ctypes.sizeof(ctypes.c_int)
    return None
