"""Hiding /proc from a process that may not mount anything over it.

Landlock lets a process give up rights to parts of the file tree, without privileges and for ever. It
knows only what is allowed, so everything below the root is, but /proc. What stays: the root folder
itself cannot be listed. Where the kernel can, signals to processes outside are given up, too.
"""

from __future__ import annotations

import ctypes
import os
import struct

#: The same on every architecture.
_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
#: Version in which renaming from one folder to another can be allowed, and signals be kept inside.
_RENAMES, _SIGNALS = 2, 6
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REFER = 1, 2, 4, 8, 1 << 13
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE
_LIBC = ctypes.CDLL(None, use_errno=True)


def hide(hidden: str) -> bool:
    """Make a folder right below the root unreadable; needs no_new_privs. False if this kernel cannot."""
    version = _LIBC.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    rights = _ON_FILES | _READ_DIR | (_REFER if version >= _RENAMES else 0)
    wanted = struct.pack("=Q", rights)
    if version >= _SIGNALS:
        wanted = struct.pack("=QQQ", rights, 0, _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS)
    rules = _call(_CREATE, wanted, len(wanted), 0)
    for entry in os.scandir("/"):
        if entry.path == hidden or entry.is_symlink():
            continue
        place = os.open(entry.path, os.O_PATH)
        allowed = rights if entry.is_dir() else _ON_FILES
        _call(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    _call(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return True


def _call(number: int, *arguments: bytes | int) -> int:
    result: int = _LIBC.syscall(number, *arguments)
    if result < 0:
        refusal = ctypes.get_errno()
        raise OSError(refusal, f"landlock: {os.strerror(refusal)}")
    return result
