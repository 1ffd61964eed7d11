"""What cuts a child off from the server and from the machine, by system calls alone.

Runs inside the jail, before the first line of the student's: `isolate` and `close_all_but` take away
what could be reached, `renounce` what could be used up or misused.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import resource
import signal
from dataclasses import dataclass
from typing import Any

import landlock
import seccomp

SCRATCH = "/scratch"  # as in bubblewrap.py
SHARED = "/dev/shm"
WORK = f"{SCRATCH}/work"

#: What bubblewrap puts into /dev, each mounted from the host.
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")

_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND = 1, 2, 4, 8, 0x20, 0x1000
_REC, _PRIVATE = 0x4000, 0x40000
_DUMPABLE, _CAPBSET_DROP, _NO_NEW_PRIVS, _THP_DISABLE = 4, 24, 38, 41
_LAST_CAPABILITY = 63
_JOIN_SESSION_KEYRING = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _tmpfs(place: str, options: str, flags: int = 0) -> None:
    target, data = place.encode(), options.encode()
    result = _LIBC.mount(b"tmpfs", target, b"tmpfs", _NOSUID | _NODEV | flags, data)
    _check(result, f"mount on {place}")


@dataclass(frozen=True)
class Origin:
    """The server that a child comes from."""

    user: int
    group: int
    #: Bytes of address space that it had before any child.
    address_space: int
    #: Whether a child is in namespaces of its own. Otherwise it shares the server's.
    nested: bool


def isolate(limits: dict[str, Any], origin: Origin) -> None:
    """Furnish the namespaces that `forking.py` has put this process into."""
    _leave_keyring()
    _check(_LIBC.prctl(_DUMPABLE, 1, 0, 0, 0), "prctl")  # or /proc/self would not be ours to write
    uid, gid = origin.user, origin.group  # in here nobody has a number before there is a map
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        file = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(file, text.encode())
        os.close(file)
    os.setsid()  # a signal to the process group would reach the server, namespaces or not
    _check(_LIBC.mount(b"none", b"/", None, _REC | _PRIVATE, None), "make mounts private")
    # Devices can be written to all the same; but not be given a time or an owner, for others to see.
    for name in _DEVICES:
        place = f"/dev/{name}"
        if os.path.exists(place):
            flags = _REMOUNT | _BIND | _RDONLY | (os.statvfs(place).f_flag & (_NOSUID | _NOEXEC))
            _check(_LIBC.mount(None, place.encode(), None, flags, None), f"protect {place}")
    _tmpfs(SCRATCH, f"size={limits['scratch_bytes']},nr_inodes=4k,mode=700")
    _tmpfs(SHARED, "size=1m,nr_inodes=1k,mode=700")
    _tmpfs("/proc", "size=4k,mode=555", _RDONLY)  # hides the server, and every other process
    os.mkdir(WORK, 0o700)


def settle() -> None:
    """What is left to do in a jail of one's own, where bubblewrap has set up all that can be."""
    _leave_keyring()
    _check(_LIBC.prctl(_DUMPABLE, 1, 0, 0, 0), "prctl")  # or the server could not see its share
    os.setsid()
    os.mkdir(WORK, 0o700)


def _leave_keyring() -> None:
    """Keys would outlive the child otherwise."""
    keyctl = seccomp.number("keyctl")
    if keyctl is not None:
        _LIBC.syscall(keyctl, _JOIN_SESSION_KEYRING, None)


def renounce(limits: dict[str, Any], origin: Origin) -> None:
    """Give up what a submission has no use for: capabilities, and more than its share."""
    for capability in range(_LAST_CAPABILITY):
        if _LIBC.prctl(_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # the kernel knows no more of them
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _check(_LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if not origin.nested:
        landlock.hide("/proc")
    # Small pages only: a submission cannot fill memory faster than it is looked at (`memory.py`).
    _LIBC.prctl(_THP_DISABLE, 1, 0, 0, 0)  # a kernel that refuses has none
    seccomp.install()
    for what, bound in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, origin.address_space + limits["memory_bytes"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (bound, bound))


def close_all_but(*kept: int) -> None:
    """Standard streams go to nowhere, and every other inherited descriptor is closed."""
    nowhere = os.open("/dev/null", os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    edges = [2, *sorted(kept), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]
    for below, above in itertools.pairwise(edges):
        os.closerange(below + 1, above)


def origin(nested: bool) -> Origin:
    """This process, as its children will want to know it."""
    with open("/proc/self/statm") as file:
        address_space = int(file.read().split()[0]) * resource.getpagesize()
    return Origin(os.getuid(), os.getgid(), address_space, nested)


def protect_server(user: int) -> None:
    """Make this process one that its children can neither be, trace, nor hide from.

    Args:
        user: whom to become, if the grader runs as root. Limits on processes do not bind root.
    """
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _check(_LIBC.prctl(_DUMPABLE, 0, 0, 0, 0), "prctl")
