"""How much memory a whole submission takes, seen from the server beside it.

RLIMIT_AS binds one process, and a submission may have many. So the server adds up, while a child
lives. It reads nothing here but numbers of the kernel's: no name of a process, which the submission
could choose, and no file of a process's own.

First a cheap look: resident pages that are not a file's (`statm`). It counts pages too often that
processes share because one was forked from another, as all are from the warm server. Only if that
sum is above the bound, the kernel is asked for each process's fair share (`smaps_rollup`), which
takes it a walk through the page tables.

Files in the scratch folder, pipes and sockets are bounded by their own limits and not counted.
Between two looks a submission can exceed the bound by what its processors can fill in that time.
"""

from __future__ import annotations

import os
import resource

_PAGE = resource.getpagesize()
#: Lines of `smaps_rollup` whose sum is a process's share; all in kibibytes.
_SHARES = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")
#: As `isolation.py` sets it where it mounts them itself.
_MOST_FILES = 4096
#: The first process of the namespace, which is bubblewrap's.
_FIRST = 1


def exceeds(bound: int, swap: bool) -> bool:
    """Whether all processes here but the server take more than `bound` bytes together.

    Args:
        bound: in bytes.
        swap: whether this machine moves memory to a disk; the cheap look would not see it there.
    """
    others = [
        int(name)
        for name in os.listdir("/proc")
        if name.isdecimal() and int(name) not in (_FIRST, os.getpid())
    ]
    if not swap and sum(map(_at_most, others)) <= bound:
        return False
    return sum(map(_share, others)) > bound


def few_files(*places: str) -> bool:
    """Whether these file systems in memory hold no more files than isolated children may have.

    Where bubblewrap has mounted them, their size is bounded and the number of files is not.
    """
    found = map(os.statvfs, places)
    return all(each.f_files - each.f_ffree <= _MOST_FILES for each in found)


def has_swap() -> bool:
    """Whether this machine moves memory to a disk, at present."""
    with open("/proc/swaps", "rb") as file:
        return len(file.readlines()) > 1


def _at_most(pid: int) -> int:
    """Bytes that a process has in memory, whether or not others share them; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            numbers = file.read().split()
    except OSError:
        return 0
    return (int(numbers[1]) - int(numbers[2])) * _PAGE


def _share(pid: int) -> int:
    """Bytes that a process has, those that others share divided by their number."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            shares = [line.split()[1] for line in file if line.startswith(_SHARES)]
    except OSError:  # it is gone; or it does not let itself be looked at, and so is no bit smaller
        return _at_most(pid)
    # Kernels before 5.4 do not tell.
    return 1024 * sum(map(int, shares)) if len(shares) == len(_SHARES) else _at_most(pid)
