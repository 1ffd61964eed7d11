"""Whether a jail can be set up on this machine, and what stands in the way if not."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testcases.core.protocol import Assignment

from .bubblewrap import BWRAP, JailError
from .limits import Limits
from .outside import Jail

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


def version() -> str:
    """What bubblewrap says of itself."""
    done = subprocess.run([BWRAP, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or BWRAP


def try_jail(assignment: Assignment) -> None:
    """Set up a jail with an assignment's shipped files, and isolate a submission in it.

    Raises:
        JailError: that is not possible here.
    """
    with given_folder(assignment) as given, Jail(given, assignment.public_module, Limits()) as jail:
        jail.child({}).close()


@contextmanager
def given_folder(assignment: Assignment) -> Iterator[Path]:
    """For a while, a folder with an assignment's shipped files, readable by anybody."""
    with tempfile.TemporaryDirectory(prefix="grader-given-") as name:
        folder = Path(name)
        for shipped, original in assignment.shipped().items():
            target = folder / shipped
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, target)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder


def remedy(error: JailError) -> str:
    """The command that most likely mends what keeps a jail from being set up."""
    if shutil.which(BWRAP) is None:
        return "apt-get install bubblewrap"
    for file, forbidding, command in _SETTINGS:
        path = Path(file)
        if path.is_file() and path.read_text(encoding="ascii").strip() == forbidding:
            return command
    return f"Run grader on a machine or in a container that allows user namespaces ({error})"
