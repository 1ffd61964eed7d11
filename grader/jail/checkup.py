"""Whether a jail can be set up on this machine, and what stands in the way if not."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from testcases.core.protocol import Assignment

from ..given_folder import given_folder
from ..parcels import unpack_given
from ..platforms import REMEDY, other_system
from .bubblewrap import BWRAP, JailError
from .limits import Limits
from .outside import Jail

_ONLY_LINUX = "it is made of what only Linux has"
_NOT_INSTALLED = "bubblewrap is not installed"
_INSTALL = "apt-get install bubblewrap"
#: Kernel settings that forbid ordinary users what the jail is made of: file, the forbidding value,
#: and the command that allows it.
_SETTINGS = (
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    (
        "/proc/sys/kernel/unprivileged_userns_clone",
        "0",
        "sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=10000"),
)


#: Fails in a cell if that process is bound to no filter (PR_GET_SECCOMP answers 2 if it is).
_IS_FILTERED = "import ctypes\nassert ctypes.CDLL(None).prctl(21, 0, 0, 0, 0) == 2"


def version() -> str:
    """What bubblewrap says of itself."""
    done = subprocess.run([BWRAP, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or BWRAP


@dataclass(frozen=True)
class Checkup:
    """How submissions are isolated on this machine."""

    #: Whether one warm server serves them all; if not, why not, in the kernel's words.
    nested: bool
    reason: str
    #: Whether system calls are filtered.
    filtered: bool
    #: What it takes to begin and end one submission, in seconds.
    seconds: float


def try_jail(
    assignment: Assignment,
    given: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
) -> Checkup:
    """Set up a jail with an assignment's given files, and isolate a submission in it.

    Args:
        assignment: what would be graded.
        given: its given files, path → content; None for the shipped ones.
        limits: of the course; None for the defaults.

    Raises:
        JailError: that is not possible here; the message says what to do.
    """
    if system := other_system():
        raise JailError(f"Cannot set up a jail on {system}: {_ONLY_LINUX}. {REMEDY}.")
    if shutil.which(BWRAP) is None:
        raise JailError(f"Cannot set up a jail: {_NOT_INSTALLED}. Install it: {_INSTALL}")
    if given is None:
        given = {name: Path(file).read_bytes() for name, file in assignment.shipped().items()}
    with given_folder() as folder:
        unpack_given(given, folder)
        with Jail(folder, assignment.public_module, limits or Limits()) as jail:
            begun = time.monotonic()
            child = jail.child({})
            filtered = child.cell(_IS_FILTERED)["ok"]
            child.close()
            return Checkup(jail.nested, jail.reason, filtered, time.monotonic() - begun)


def remedy(error: JailError) -> str:
    """What most likely mends that no jail can be set up."""
    if other_system():
        return REMEDY
    if shutil.which(BWRAP) is None:
        return _INSTALL
    if "bwrap:" not in str(error):  # it is not bubblewrap that complains
        return "Mend that first"
    return _forbidding() or (
        "Grade where users may make namespaces. This must work there: "
        f"{BWRAP} --unshare-all --ro-bind / / true (in a container: docs/container.md)"
    )


def remedy_for_nesting() -> str:
    """What most likely lets submissions isolate themselves inside the jail."""
    return _forbidding() or (
        "In a container, allow `unshare` and `mount`: docker run --security-opt seccomp=unconfined "
        "(docs/container.md); or grade on a machine without one"
    )


def _forbidding() -> str:
    """The command that changes the kernel's setting which forbids namespaces; empty if none does."""
    for file, forbidding, command in _SETTINGS:
        path = Path(file)
        if path.is_file() and path.read_text(encoding="ascii").strip() == forbidding:
            return command
    return ""


def cause_of(reason: str) -> str:
    """What the kernel or bubblewrap said, in one line and without the sentence around it."""
    if other_system():
        return _ONLY_LINUX
    if shutil.which(BWRAP) is None:
        return _NOT_INSTALLED
    cause = re.sub(r"^Cannot [^:]+: |\[Errno \d+\] ", "", reason)
    cause = re.sub(r"\.? Run `grader doctor`.*$", "", cause).strip().splitlines()[-1]
    # The kernel's word for a number of namespaces that is used up, or is none.
    return cause.replace("No space left on device", "no more namespaces are allowed")
