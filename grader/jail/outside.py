"""The jail, seen from the trusted side.

Theory of operation
    bubblewrap starts a *server*: a Python interpreter in which numpy, matplotlib, IPython and the
    assignment's given files are loaded already (`inside.py`). For every submission the server forks
    a *child*, which first leaves the server's namespaces for its own, gives up its rights, and only
    then reads the student's code. The trusted side (this file) sends it one cell or one case at a
    time over a socket of its own, with a deadline for every answer. At the end, the child and all
    that it started are killed with its process namespace.

Who is the attacker
    Whoever wrote the submission. They may run any code, know this source, and want a higher score,
    others' work, the hidden cases, the instructor's files, or to stop the run.

What stands against them
    no network                 an empty network namespace
    no files of ours           a file tree made of read-only mounts: /usr, Python, the given files;
                               no home, no course folder; `testcases`, `grader` and `datasets` are
                               hidden where they are installed beside Python's packages
    nothing left behind        every place that can be written is a tmpfs of the child's own
    no way to the server       own process, user, IPC and mount namespaces; /proc is covered; the
                               server cannot be traced, and never reads what a child writes
    no rights to regain        no capabilities, no_new_privs, no setuid programs (nosuid mounts)
    no hogging                 limits on time, memory, processes, files and output (`limits.py`)
    no score to steal          expected values never enter; what comes out is plain data (`frames.py`)

What does not
    The kernel. A hole in it that unprivileged code can reach is a way out; keep it up to date.
    CPU caches and timing are shared with other processes of the machine.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from testcases.core.protocol import Case, Fault, Observation, Opaque, Outcome

from ..errors import GraderError
from .frames import BorderError, ClosedError, Connection
from .limits import Limits

_HERE = Path(__file__).parent
#: Files of this folder that the jail needs.
_INSIDE = ("inside.py", "shell.py", "frames.py")
#: Packages of ours that must not be in sight, wherever they are installed.
_HIDDEN_PACKAGES = ("testcases", "grader", "datasets")
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/etc/fonts")
_START_SECONDS = 60.0
#: Where the jail can be written to: a tmpfs, and over it one of each child's own.
SCRATCH = "/scratch"
#: The program that sets up the jail, looked up on PATH.
BWRAP = "bwrap"


class JailError(GraderError):
    """No jail can be set up here. Nothing is graded then: untrusted code never runs unjailed."""


class ChildGoneError(Exception):
    """The child died, hung, or answered with something that is no answer. `kind` says which."""

    def __init__(self, kind: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": SCRATCH,
        "TMPDIR": SCRATCH,
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
        "IPYTHONDIR": f"{SCRATCH}/ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
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


def _command(bwrap: str, given: Path, control: int, module: str) -> list[str]:
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
    # Not at /tmp: Python itself may be installed below it.
    arguments += ["--perms", "1777", "--tmpfs", SCRATCH]
    if not any(folder.is_relative_to("/tmp") for folder in _python_folders()):
        arguments += ["--symlink", SCRATCH, "/tmp"]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    arguments += ["--clearenv"]
    for name, value in _environment().items():
        arguments += ["--setenv", name, value]
    return [*arguments, sys.executable, "-s", "/jail/inside.py", str(control), module]


class Jail:
    """A warm server behind bubblewrap; makes children one after another.

    Args:
        given: folder with the assignment's given files, and nothing else: the jail sees all of it.
        module: public module with the assignment's DRIVERS, importable from `given`.
        limits: bounds on every submission.
    """

    def __init__(self, given: Path, module: str, limits: Limits) -> None:
        self.limits = limits
        self._control, theirs = socket.socketpair()
        with theirs:
            command = _command(BWRAP, given.resolve(), theirs.fileno(), module)
            try:
                self._process = subprocess.Popen(
                    command,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
            except OSError as error:
                self._control.close()
                raise JailError(
                    f"Cannot set up a jail: {BWRAP} does not start ({error.strerror}). "
                    "Install it: apt-get install bubblewrap"
                ) from error
        self._control.settimeout(_START_SECONDS)
        try:
            word = self._control.recv(1)
        except OSError:
            word = b""
        if word != b"R":
            reason = self.close()
            raise JailError(
                f"Cannot set up a jail: {reason or 'the server did not start'}. "
                "Run `grader doctor` to see what is missing."
            )

    def child(self, files: Mapping[str, bytes]) -> Child:
        """A new child with these files of the student's in its scratch folder."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"F"], [theirs.fileno()])
        return Child(self, Connection(ours, Opaque), files)

    def end_child(self) -> None:
        """Kill the child there is, and wait until it is gone."""
        try:
            self._control.settimeout(_START_SECONDS)
            self._control.sendall(b"K")
            word = self._control.recv(1)
        except OSError:
            word = b""
        if word != b"E":
            raise JailError("Cannot go on: the jail's server has ended unexpectedly.")

    def close(self) -> str:
        """End the server; returns what it complained about."""
        self._control.close()
        try:
            _, complaint = self._process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            _, complaint = self._process.communicate()
        return complaint.decode(errors="replace").strip()[-2000:]

    def __enter__(self) -> Jail:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Child:
    """One submission's process."""

    def __init__(self, jail: Jail, connection: Connection, files: Mapping[str, bytes]) -> None:
        self._jail = jail
        self._connection = connection
        self._number = 0
        arrays = {name: np.frombuffer(content, dtype=np.uint8) for name, content in files.items()}
        connection.send({"limits": asdict(jail.limits), "files": arrays})
        ready = connection.receive(_START_SECONDS)
        if not ready.get("ready"):
            raise JailError(
                f"Cannot isolate a submission: {ready.get('reason')}. Run `grader doctor`."
            )

    def cell(self, source: str) -> Mapping[str, Any]:
        """Run a code cell: whether it came to its end ("ok"), and its "outputs"."""
        return self._ask({"do": "cell", "source": source}, self._jail.limits.cell_seconds)

    def snapshot(self, name: str) -> None:
        """Keep the notebook's present state under a name, to call its functions later."""
        self._ask({"do": "snapshot", "name": name}, self._jail.limits.call_seconds)

    def observe_all(self, name: str, cases: Sequence[Case]) -> Iterator[Observation]:
        """Call a graded function on cases, one after another, as the snapshot of that name knows it.

        Raises:
            ChildGoneError: the process died or hung. What was yielded before stands.
        """
        seconds = self._jail.limits.call_seconds
        self._number += 1
        self._send({"number": self._number, "do": "turn", "name": name})
        first = self._receive(seconds)
        if not _is_number(first, 0):
            raise ChildGoneError("died", "the process had ended before its functions were called")
        turn = self._number
        for case in cases:
            # Not its family and description: they would tell the hidden cases apart.
            fields = {
                "name": "",
                "family": "",
                "description": "",
                "function": case.function,
                "arguments": case.arguments,
                "argument_names": case.argument_names,
            }
            yield _observation(self._ask({"do": "observe", "case": fields}, seconds), case)
        self._send({"number": 0, "do": "rest"})
        if not _is_number(self._receive(seconds), turn):
            raise ChildGoneError("died", "an answer came that nobody asked for")

    def _ask(self, request: dict[str, Any], seconds: float) -> Mapping[str, Any]:
        self._number += 1
        self._send({"number": self._number, **request})
        answer = self._receive(seconds)
        if not _is_number(answer, self._number):
            raise ChildGoneError("died", "the process ended")
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        try:
            self._connection.send(request)
        except ClosedError as error:
            raise ChildGoneError("died", "the process ended") from error
        except TimeoutError as error:
            raise ChildGoneError("timeout", "it does not listen") from error

    def _receive(self, seconds: float) -> Mapping[str, Any]:
        try:
            answer = self._connection.receive(seconds)
        except TimeoutError as error:
            raise ChildGoneError("timeout", f"no answer within {seconds:g} s") from error
        except ClosedError as error:
            raise ChildGoneError("died", "the process ended") from error
        except BorderError as error:
            raise ChildGoneError("died", f"what came back is {error}") from error
        if not isinstance(answer, dict):
            raise ChildGoneError("died", "an answer came that is none")
        return answer

    def close(self) -> None:
        """Kill the process and everything that it started."""
        try:
            self._jail.end_child()
        finally:
            self._connection.close()


def _is_number(answer: Mapping[str, Any], number: int) -> bool:
    given = answer.get("number")
    return type(given) is int and given == number


def _observation(answer: Mapping[str, Any], case: Case) -> Observation:
    """An answer as an observation; whatever does not look like one counts as a death."""
    outcome = answer.get("outcome")
    if not isinstance(answer.get("outcome"), str) or outcome not in (
        "returned",
        "raised",
        "undefined",
        "not_attempted",
        "memory",
    ):
        raise ChildGoneError("died", "an answer came that is no observation")
    after = answer.get("arguments_after")
    if not isinstance(after, tuple) or len(after) != len(case.arguments):
        after = None
    return Observation(outcome, answer.get("value"), after, _fault(answer.get("fault")))


def _sound(text: str) -> str:
    """Text that can be written as UTF-8, whatever it was."""
    return text.encode("utf-8", "replace").decode()


def _fault(answer: Any) -> Fault | None:
    if not isinstance(answer, dict):
        return None
    texts = [answer.get(key) for key in ("type", "message", "source", "function")]
    if not all(isinstance(text, str) for text in texts):
        return None
    name, message, source, function = (_sound(str(text)[:500]) for text in texts)
    line = answer.get("line")
    return Fault(
        name, message, line if type(line) is int and 0 <= line < 10**6 else 0, source, function
    )
