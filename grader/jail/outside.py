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

import contextlib
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from testcases.core.protocol import Opaque

from .bubblewrap import BWRAP, JailError, command
from .child import Child
from .frames import BorderError, Connection
from .limits import Limits

#: How long the server may take to warm up, and to end a child.
_START_SECONDS = 60.0


_SERVER_GONE = "the jail's server has ended unexpectedly"
#: Where nobody knows what the student wrote, anything may be in it.
_UNKNOWN = ("anything()",)


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
            server = (str(theirs.fileno()), module, str(limits.total_memory_bytes))
            arguments = command(BWRAP, given.resolve(), server)
            try:
                self._process = subprocess.Popen(
                    arguments,
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

    def child(self, files: Mapping[str, bytes], sources: Sequence[str] = _UNKNOWN) -> Child:
        """A new child.

        Args:
            files: the student's, for its scratch folder.
            sources: of all cells that are or could be the student's own; see `stillness`.

        Raises:
            JailError: the server is gone, or cannot isolate it. Nothing of the student's was run.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._control.settimeout(_START_SECONDS)
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            return Child(self, Connection(ours, Opaque), files, sources)
        except JailError:
            ours.close()
            raise
        except (OSError, BorderError) as error:
            ours.close()
            raise JailError(f"Cannot go on: {_SERVER_GONE} ({error}).") from error

    def end_child(self) -> None:
        """Kill the child there is, and wait until it is gone."""
        try:
            self._control.settimeout(_START_SECONDS)
            self._control.sendall(b"K")
            word = self._control.recv(1)
            if word == b"M":
                word = self._control.recv(1)
        except OSError:
            word = b""
        if word != b"E":
            raise JailError(f"Cannot go on: {_SERVER_GONE}.")

    def took_too_much_memory(self) -> bool:
        """Whether the server has ended the child for that. True until `end_child`."""
        self._control.settimeout(0)
        with contextlib.suppress(OSError):
            return self._control.recv(1, socket.MSG_PEEK) == b"M"
        return False

    def close(self) -> str:
        """End the server; returns what it complained about."""
        self._control.close()
        if self._process.stderr is None or self._process.stderr.closed:
            return ""  # it was ended before
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
