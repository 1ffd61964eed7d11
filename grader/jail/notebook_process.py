"""The process inside the jail that runs one submission: asked by `child.py`, one answer at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

from frames import BorderError, Connection
from isolation import WORK, Origin, close_all_but, isolate, renounce, settle
from shell import Shell
from stillness import Cell

#: A cell that is, or could be, the student's: its text, and the functions tested before it.
Source = tuple[str, Sequence[str]]
#: Whatever is forked while we sweep is caught by the next round.
_SWEEPS = 3


def _in_one_process(function: Callable[[Any], dict[str, Any]], argument: Any) -> dict[str, Any]:
    """Call what runs the student's code; if that code forks, only the first process comes back."""
    process = os.getpid()
    answer = function(argument)
    if os.getpid() != process:
        os._exit(1)
    return answer


class Notebook:
    """The first process of a child's namespace: runs the cells, and keeps snapshots of itself.

    A snapshot is a fork, made where a test cell stands, that waits until the notebook has been run
    to its end and is then asked to call the student's functions. So no hidden input is in the jail
    while anything that people will see is still being written. Where nothing in the notebook can
    change what a snapshot would keep (`stillness`), none is made: the notebook's own process calls
    the functions when it has come to its end.
    """

    def __init__(
        self, connection: Connection, shell: Shell, load: int, sources: Sequence[Source]
    ) -> None:
        self._connection = connection
        self._shell = shell
        self._load = load  # descriptor of /proc/loadavg, which ends with the namespace's last pid
        self._still = shell.prepare([Cell(text, frozenset(tested)) for text, tested in sources])
        self._snapshots: dict[str, socket.socket] = {}
        self._pids = {os.getpid()}

    def serve(self) -> None:
        """Answer requests until the trusted side closes the connection."""
        while True:
            try:
                request = self._connection.receive()
            except BorderError:
                return
            answer: dict[str, Any] = {}
            if request["do"] == "cell":
                answer = _in_one_process(self._shell.run_cell, request["source"])
            elif request["do"] == "snapshot" and not self._still:
                self._keep(request["name"])
            elif request["do"] == "turn" and self._still:
                self._observe()
            elif request["do"] == "turn":
                answer["alive"] = self._hand_over(request["name"])
            self._connection.send({"number": request["number"], **answer})

    def _keep(self, name: str) -> None:
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:  # whatever a cell has left running leaves no room
            self._sweep()
            pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                self._wait_and_observe(theirs)
            finally:
                os._exit(0)
        theirs.close()
        self._snapshots[name] = ours
        self._pids.add(pid)

    def _sweep(self) -> None:
        """End everything in this namespace but ourselves and the snapshots."""
        for _ in range(_SWEEPS):
            last = int(os.pread(self._load, 200, 0).split()[-1])
            for pid in range(2, last + 1):
                if pid not in self._pids:
                    with contextlib.suppress(OSError):
                        os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass

    def _hand_over(self, name: str) -> bool:
        """Let a snapshot answer in our place; True if it has come to its end in good order."""
        snapshot = self._snapshots[name]
        try:
            snapshot.sendall(b"T")
            return snapshot.recv(1) == b"D"
        except OSError:
            return False

    def _wait_and_observe(self, turn: socket.socket) -> None:
        while turn.recv(1) == b"T":
            self._observe()
            turn.sendall(b"D")

    def _observe(self) -> None:
        self._connection.send({"number": 0})
        request = self._connection.receive()
        for number, case in enumerate(request["cases"], start=request["first"]):
            answer = _in_one_process(self._shell.observe, case)
            self._connection.send({"number": number, **answer})


def run_child(connection: Connection, shell: Shell, origin: Origin) -> None:
    """Serve one submission until the trusted side has had enough of it.

    Args:
        connection: to the trusted side.
        shell: a warm one.
        origin: the server.
    """
    start = connection.receive()
    limits = start["limits"]
    try:
        load = os.open("/proc/loadavg", os.O_RDONLY)
        if origin.nested:
            isolate(limits, origin)
        else:
            settle()
        close_all_but(connection.fileno(), load)
        renounce(limits, origin)
    except OSError as error:
        refuse(connection, str(error))
        return
    os.chdir(WORK)
    shell.begin(limits, start["files"])
    connection.send({"ready": True})
    notebook = Notebook(connection, shell, load, start["sources"])
    connection.send({"prepared": True})
    notebook.serve()


def refuse(connection: Connection, reason: str) -> None:
    """Say that no submission can be isolated here."""
    connection.send({"ready": False, "reason": reason})
