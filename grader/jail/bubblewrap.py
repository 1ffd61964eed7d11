"""The jail's walls: the command line that starts its server under bubblewrap.

Everything is left out that is not named here: the file tree is built from nothing, and the
environment too.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from ..errors import GraderError
from .limits import Limits

_HERE = Path(__file__).parent
#: Files of this folder that the jail needs.
_INSIDE = (
    "forking.py",
    "inside.py",
    "isolation.py",
    "landlock.py",
    "memory.py",
    "notebook_process.py",
    "seccomp.py",
    "shell.py",
    "stillness.py",
    "frames.py",
)
#: Packages of ours that must not be in sight, wherever they are installed.
_HIDDEN_PACKAGES = ("testcases", "grader", "datasets")
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/etc/fonts")
#: Where the jail can be written to: a tmpfs, and over it one of each child's own.
SCRATCH = "/scratch"
#: As in `isolation.py`: size of /dev/shm, where multiprocessing keeps its locks.
_SHARED_BYTES = 1024**2
#: Whom the server becomes if the grader is root: nobody, or somebody whom no other grader's jail uses.
_NOBODY = 65534
_FIRST_LONE_USER = 1_000_000_000
#: The program that sets up the jail, looked up on PATH.
BWRAP = "bwrap"


class JailError(GraderError):
    """No jail can be set up here. Nothing is graded then: untrusted code never runs unjailed."""


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
        "IPYTHONDIR": f"{SCRATCH}/ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        # A set is shown in the same order by every server.
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        # One thread each: a fork must not happen beside threads, and cores belong to other jobs.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _python_folders() -> list[Path]:
    """Where this interpreter, its library and its packages lie."""
    folders = {
        Path(sys.base_prefix).resolve(),
        Path(sys.prefix).resolve(),
        Path(sys.executable).parent.parent,
    }
    for key in ("stdlib", "platstdlib", "purelib", "platlib"):
        folders.add(Path(sysconfig.get_path(key)).resolve())
    folders.add(Path(sys.executable).resolve().parent.parent)
    return sorted(
        folder
        for folder in folders
        if not any(folder.is_relative_to(top) for top in _SYSTEM_FOLDERS)
    )


def command(
    bwrap: str, given: Path, module: str, control: int, limits: Limits, nested: bool
) -> list[str]:
    """What starts a server.

    Args:
        bwrap: the program.
        given: folder with the given files.
        module: where in it the assignment's drivers are.
        control: descriptor of the control connection, which the server inherits.
        limits: the bounds that bubblewrap or the server itself keeps.
        nested: whether children isolate themselves. Otherwise the one child lives in these
            namespaces beside the server, and bubblewrap sets up what is the child's.
    """
    arguments = [bwrap, "--die-with-parent", "--new-session", "--hostname", "jail"]
    arguments += [
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    if os.geteuid() == 0:
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user"]
    arguments += ["--perms", "0755", "--dir", "/etc"]
    for folder in _SYSTEM_FOLDERS:
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        elif path.is_dir():
            arguments += ["--ro-bind", folder, folder]
    for path in _python_folders():
        for parent in reversed(
            path.parents[:-1]
        ):  # bubblewrap itself would make them for root only
            arguments += ["--perms", "0755", "--dir", str(parent)]
        arguments += ["--ro-bind", str(path), str(path)]
    for root in {Path(entry).resolve() for entry in sys.path if entry}:
        for name in _HIDDEN_PACKAGES:
            hidden = root / name
            mounted = [*map(Path, _SYSTEM_FOLDERS), *_python_folders()]
            if hidden.is_dir() and any(hidden.is_relative_to(top) for top in mounted):
                arguments += ["--tmpfs", str(hidden)]
    for folder in ("/jail", "/given"):
        arguments += ["--perms", "0755", "--dir", folder]
    for name in _INSIDE:
        arguments += ["--ro-bind", str(_HERE / name), f"/jail/{name}"]
    arguments += ["--ro-bind", str(given), "/given", "--proc", "/proc", "--dev", "/dev"]
    # What is mapped from /dev/zero would be memory shared without a file (see `seccomp.py`).
    arguments += ["--dev-bind", "/dev/null", "/dev/zero"]
    # Not at /tmp: Python itself may be installed below it.
    if nested:
        arguments += ["--perms", "1777", "--tmpfs", SCRATCH]
    else:
        arguments += ["--size", str(limits.scratch_bytes), "--perms", "1777", "--tmpfs", SCRATCH]
        arguments += ["--size", str(_SHARED_BYTES), "--perms", "1777", "--tmpfs", "/dev/shm"]
        # Its namespace's first process cannot be killed from within, whoever the sender is.
        arguments += ["--as-pid-1"]
    if not any(folder.is_relative_to("/tmp") for folder in _python_folders()):
        arguments += ["--symlink", SCRATCH, "/tmp"]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    arguments += ["--clearenv"]
    for name, value in _environment().items():
        arguments += ["--setenv", name, value]
    return [
        *arguments,
        sys.executable,
        "-s",
        "/jail/inside.py",
        *_server(module, control, limits, nested),
    ]


def _server(module: str, control: int, limits: Limits, nested: bool) -> list[str]:
    """The server's arguments, as `main` in `inside.py` reads them."""
    # The kernel counts the processes of a user, over all jails if users are not namespaces.
    user = _NOBODY if nested else _FIRST_LONE_USER + os.getpid()
    total = str(limits.total_memory_bytes)
    return [str(control), module, total, str(user), "nested" if nested else "alone"]
