"""What runs inside the jail: a warm interpreter that forks one child per submission.

Started by `outside.py` under bubblewrap, with nothing in sight but this folder, Python's own files
and the assignment's given files. Every child is taken to be hostile from the student's first cell
on. So it is cut off from the server before that (`isolation.py`), and the server does nothing with a
child but fork it, wait for it, and kill it: it never reads a byte that a child has written. What the
child does then is in `notebook_process.py`.

Two kinds of connection, both made by the trusted side. *Control*, to the server: "F" (fork) comes
with a socket for the new child, "K" (kill) ends the child there is. The server says "R" once, when
it is ready; "E" for each child, when all of it has ended; and before that "M", if it ended the child
itself because of the memory that it took. *Child*: "cell" and "observe", each answered once, in
order.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time

import memory
import seccomp
from forking import Forker
from frames import Connection
from isolation import SCRATCH, SHARED, origin, protect_server
from notebook_process import refuse, run_child
from shell import Shell

GIVEN = "/given"
#: How often the memory of a living child is looked at. Its first moments need no look.
_LOOK_SECONDS = 0.1


class Server:
    """Forks children on demand. One lives at a time."""

    def __init__(
        self, control: socket.socket, shell: Shell, total_memory: int, nested: bool
    ) -> None:
        self._control = control
        self._shell = shell
        self._total_memory = total_memory
        self._origin = origin(nested)
        self._forker = Forker()
        self._swap = memory.has_swap()
        self._child = 0
        self._next_look = 0.0
        self._looking = False  # whether the child is to be looked at; a killed one is not

    def serve(self) -> None:
        """Until the trusted side closes the control connection."""
        wake, ring = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(ring)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        chooser = selectors.DefaultSelector()
        chooser.register(self._control, selectors.EVENT_READ)
        chooser.register(wake, selectors.EVENT_READ)
        while True:
            events = chooser.select(self._until_look())
            if self._until_look() == 0:
                self._look()
            for key, _ in events:
                if key.fd == wake:
                    os.read(wake, 4096)
                    self._reap()
                elif not self._command():
                    return

    def _command(self) -> bool:
        word, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        if not word:
            return False
        if word == b"F":
            self._fork(descriptors[0])
        elif word == b"K":
            self._kill()
        return True

    def _until_look(self) -> float | None:
        """Seconds; None if there is nobody to look at. A child may send signals, but not delay it."""
        if not self._looking:
            return None
        return max(0.0, self._next_look - time.monotonic())

    def _look(self) -> None:
        self._next_look = time.monotonic() + _LOOK_SECONDS
        if memory.exceeds(self._total_memory, self._swap) or not (
            self._origin.nested or memory.few_files(SCRATCH, SHARED)
        ):
            self._control.sendall(b"M")
            self._kill()

    def _kill(self) -> None:
        """End everything in the server's namespace but itself and bubblewrap's first process.

        The child's own namespace lies within it.
        """
        self._looking = False
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)

    def _fork(self, descriptor: int) -> None:
        refusal = ""
        try:
            pid = self._forker.fork() if self._origin.nested else os.fork()
        except OSError as error:
            refusal, pid = str(error), os.fork()
        if pid == 0:
            code = 1
            try:
                self._control.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                connection = Connection(socket.socket(fileno=descriptor), self._shell.opaque)
                if refusal:
                    refuse(connection, refusal)
                else:
                    run_child(connection, self._shell, self._origin)
                code = 0
            finally:
                os._exit(code)
        os.close(descriptor)
        self._child = pid
        self._looking = True
        self._next_look = time.monotonic() + _LOOK_SECONDS

    def _reap(self) -> None:
        while self._child:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:  # the namespace is empty: its first process was ours to bury
                self._child = 0
                self._looking = False
                self._control.sendall(b"E")
                return
            if pid == 0:
                return


def main() -> None:
    """Warm up, say so, and serve."""
    descriptor, module, total_memory, user, way = sys.argv[1:]
    protect_server(int(user))
    control = socket.socket(fileno=int(descriptor))
    sys.path.insert(0, GIVEN)
    shell = Shell(importlib.import_module(module))
    shell.warm_up()
    seccomp.prepare()
    server = Server(control, shell, int(total_memory), way == "nested")
    gc.collect()
    gc.freeze()  # a collection in a child would otherwise touch, and so copy, every page
    control.sendall(b"R")
    server.serve()


if __name__ == "__main__":
    main()
