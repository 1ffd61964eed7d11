"""A warm server behind bubblewrap, seen from the trusted side: started, told what to do, and ended."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from pathlib import Path

from .bubblewrap import BWRAP, JailError, command
from .limits import Limits

#: How long the server may take to warm up, and to end a child.
_SECONDS = 60.0


class ServerProcess:
    """One process tree of bubblewrap's, with the control connection to the server in it."""

    def __init__(self, given: Path, module: str, limits: Limits, nested: bool) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            arguments = command(BWRAP, given, module, theirs.fileno(), limits, nested)
            try:
                self.process = subprocess.Popen(
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
        self._control.settimeout(_SECONDS)
        if self._hear() != b"R":
            reason = self.close()
            raise JailError(
                f"Cannot set up a jail: {reason or 'the server did not start'}. "
                "Run `grader doctor` to see what is missing."
            )

    def begin(self) -> socket.socket:
        """Have a child made; returns the connection to it."""
        ours, theirs = socket.socketpair()
        self._control.settimeout(_SECONDS)
        with theirs:
            try:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise _ended() from error
        return ours

    def end(self) -> None:
        """Kill the child there is, and wait until it is gone."""
        self._control.settimeout(_SECONDS)
        with contextlib.suppress(OSError):
            self._control.sendall(b"K")
        word = self._hear()
        if word == b"M":
            word = self._hear()
        if word != b"E":
            raise _ended()

    def took_too_much_memory(self) -> bool:
        """Whether the server has ended the child for that. True until `end`."""
        self._control.settimeout(0)
        with contextlib.suppress(OSError):
            return self._control.recv(1, socket.MSG_PEEK) == b"M"
        return False

    def close(self) -> str:
        """End the server; returns what it complained about."""
        self._control.close()
        if self.process.stderr is None or self.process.stderr.closed:
            return ""  # it was ended before
        try:
            _, complaint = self.process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, complaint = self.process.communicate()
        return complaint.decode(errors="replace").strip()[-2000:]

    def _hear(self) -> bytes:
        try:
            return self._control.recv(1)
        except OSError:
            return b""


def _ended() -> JailError:
    return JailError(
        "Cannot go on grading: the jail's server has ended unexpectedly. Run the same command again; if "
        "it happens again, run: grader doctor"
    )
