"""Which system calls a submission may not make: a filter in the kernel, for as long as it lives.

Namespaces and limits decide what a call can reach; this decides which calls there are. Each group
below says which attack it rules out. Beyond the groups:

    calls newer than the newest known here do not exist (ENOSYS): what the kernel learns tomorrow is
    no way out tomorrow. That takes the calls of the x32 ABI, too.
    limits can be set for oneself (prlimit64), not for another process.
    clone with a new namespace is refused. clone3 does not exist, because a filter cannot see its
    flags; the C library then uses clone.
    sockets are local (AF_UNIX). Children share one network namespace, without a network, where a
    connection of TCP's would outlive its child; the other families are rarely used code of the
    kernel's, and some, such as AF_VSOCK and AF_ALG, do not care about network namespaces.
    memory shared without a file (MAP_SHARED with MAP_ANONYMOUS) is refused: it can be filled, and
    then be dropped from a process's account without being freed.
    huge pages stay switched off (prctl): memory fills no faster than it is looked at.
    a call of a foreign architecture (32-bit code) ends the process: its numbers mean other calls.

It is a list of what is forbidden, not of what is allowed, because students use much of Python, and
what they use is no secret to an attacker either. Threads, subprocesses and multiprocessing work.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import struct

#: Number of each call on x86_64 and on aarch64; None where there is no such call.
_Numbers = tuple[int | None, int | None]

#: Memory that no limit on address space counts, or that outlives the process that filled it.
_UNCOUNTED: dict[str, _Numbers] = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
#: Key rings, which know no namespace: a note for the next submission.
_KEYS: dict[str, _Numbers] = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
#: Looking into another process, or at pages that the warm server still shares with its children.
_OTHERS: dict[str, _Numbers] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "vmsplice": (278, 75),
}
#: Slowing another process down: the server, if it has to live beside its child.
_PACE: dict[str, _Numbers] = {
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
}
#: Seeing what others do with the files that all may read, or leaving them word there; taking what
#: the whole machine shares.
_SHARED: dict[str, _Numbers] = {
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "flock": (73, 32),
    "fadvise64": (221, 223),
    "readahead": (187, 213),
    "mincore": (27, 232),
    "preadv2": (327, 286),
    "pwritev2": (328, 287),
    "io_setup": (206, 0),
    "sync": (162, 81),
    "syncfs": (306, 267),
}
#: Large parts of the kernel that no notebook needs and that exploits begin with.
_SURFACE: dict[str, _Numbers] = {
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "lookup_dcookie": (212, 18),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
}
#: Another file tree or other namespaces: undoing what covers /proc, or becoming root of a new one.
_TREE: dict[str, _Numbers] = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
}
#: The machine itself. No capability allows these; should one ever, they are still refused.
_MACHINE: dict[str, _Numbers] = {
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
}
_DENIED = _UNCOUNTED | _KEYS | _OTHERS | _PACE | _SHARED | _SURFACE | _TREE | _MACHINE
#: Calls that are decided by their arguments.
_DECIDED: dict[str, tuple[int, int]] = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "mmap": (9, 222),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "socket": (41, 198),
    "socketpair": (53, 199),
}
#: The newest call known here, futex_waitv of Linux 5.16. From 424 on, numbers are the same everywhere.
_NEWEST = 449

#: Architectures by the machine's name: column of the tables above, and <linux/audit.h>'s number.
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… that clone takes
_SHARED_ANONYMOUS = 0x01 | 0x20
_THP_DISABLE = 41
_UNIX = 1

# <linux/filter.h> and <linux/seccomp.h>.
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_EPERM, _ENOSYS = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
_SET_SECCOMP, _FILTER = 22, 2

_LIBC = ctypes.CDLL(None, use_errno=True)

_Step = tuple[int, int, int, int]  # code, steps to skip if true, if false, constant
_STEP = struct.Struct("=HBBI")


def supported() -> bool:
    """Whether there is a filter for this machine's architecture."""
    return platform.machine() in _ARCHITECTURES and struct.calcsize("P") == 8


def number(name: str) -> int | None:
    """The number of one of the calls named here on this machine; None if it is not known."""
    if not supported():
        return None
    return (_DENIED | _DECIDED)[name][_ARCHITECTURES[platform.machine()][0]]


@functools.cache
def prepare() -> bytes | None:
    """The filter as the kernel reads it; None if there is none. Once for all children, by the server."""
    if not supported():
        return None
    steps = _program(*_ARCHITECTURES[platform.machine()])
    return b"".join(_STEP.pack(*step) for step in steps)


def install() -> bool:
    """Bind this process, and all it will ever start, to the filter; False if there is none here.

    Needs no_new_privs. Other threads of the process would not be bound: there must be none.

    Raises:
        OSError: the kernel knows filters, and refuses this one.
    """
    code = prepare()
    if code is None:
        return False
    room = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // _STEP.size, ctypes.addressof(room))
    if _LIBC.prctl(_SET_SECCOMP, _FILTER, program, 0, 0) == 0:
        return True
    refusal = ctypes.get_errno()
    if refusal == errno.EINVAL:  # a kernel built without filters
        return False
    raise OSError(refusal, f"seccomp filter: {os.strerror(refusal)}")


def _program(column: int, architecture: int) -> list[_Step]:
    steps = [_load(_ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL_PROCESS)]
    steps += [_load(_NUMBER), (_AT_LEAST, 0, 1, _NEWEST + 1), (_RETURN, 0, 0, _ENOSYS)]
    for numbers in _DENIED.values():
        denied = numbers[column]
        if denied is not None:
            steps += _on(denied, [(_RETURN, 0, 0, _EPERM)])
    decided = {name: numbers[column] for name, numbers in _DECIDED.items()}
    steps += _on(decided["clone3"], [(_RETURN, 0, 0, _ENOSYS)])
    steps += _on(decided["clone"], _refuse_new_namespaces())
    steps += _on(
        decided["mmap"],
        [
            _load(_argument(3)),
            (_AND, 0, 0, _SHARED_ANONYMOUS),
            *_on(_SHARED_ANONYMOUS, [(_RETURN, 0, 0, _EPERM)]),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    steps += _on(decided["prlimit64"], [_load(_argument(0)), *_allow_if(0)])
    steps += _on(
        decided["prctl"],
        [
            _load(_argument(0)),
            *_on(_THP_DISABLE, [(_RETURN, 0, 0, _EPERM)]),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    steps += _on(decided["socket"], [_load(_argument(0)), *_allow_if(_UNIX)])
    steps += _on(decided["socketpair"], [_load(_argument(0)), *_allow_if(_UNIX)])
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _refuse_new_namespaces() -> list[_Step]:
    """What a `clone` may be: one without them."""
    return [_load(_argument(0)), (_AND, 0, 0, _NEW_NAMESPACES), *_allow_if(0)]


def _load(offset: int) -> _Step:
    return (_LOAD, 0, 0, offset)


def _argument(index: int) -> int:
    """Where an argument's lower half lies; what is tested here is an int, or flags below 2**32."""
    return 16 + 8 * index


def _on(value: int, steps: list[_Step]) -> list[_Step]:
    """These steps if what was loaded last is `value`; they must end in a return."""
    return [(_EQUAL, 0, len(steps), value), *steps]


def _allow_if(*values: int) -> list[_Step]:
    allowed = [_on(value, [(_RETURN, 0, 0, _ALLOW)]) for value in values]
    return [*(step for steps in allowed for step in steps), (_RETURN, 0, 0, _EPERM)]
