"""What runs inside the jail: a warm interpreter that forks one child per submission.

Started by `outside.py` under bubblewrap, with nothing in sight but this folder, Python's own files
and the assignment's given files. Every child is taken to be hostile from the student's first cell
on. So it is cut off from the server before that (`_isolate`), and the server does nothing with a
child but fork it, wait for it, and kill it: it never reads a byte that a child has written.

Two kinds of connection, both made by the trusted side. *Control*, to the server: "fork" comes with
a socket for the new child, "kill" ends the child there is; the server reports when one has ended.
*Child*: "cell" and "observe", each answered once, in order.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import itertools
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from frames import BorderError, Connection
from shell import Shell

NOBODY = 65534
SCRATCH = "/scratch"  # as in outside.py
WORK = f"{SCRATCH}/work"
GIVEN = "/given"

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
_RDONLY, _NOSUID, _NODEV, _REC, _PRIVATE = 1, 2, 4, 0x4000, 0x40000
_PDEATHSIG, _DUMPABLE, _CAPBSET_DROP, _SUBREAPER, _NO_NEW_PRIVS = 1, 4, 24, 36, 38
_LAST_CAPABILITY = 63
_KEYCTL, _JOIN_SESSION_KEYRING = 250, 1
#: Whatever is forked while we sweep is caught by the next round.
_SWEEPS = 3
_LIBC = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _tmpfs(place: str, options: str, flags: int = 0) -> None:
    target, data = place.encode(), options.encode()
    result = _LIBC.mount(b"tmpfs", target, b"tmpfs", _NOSUID | _NODEV | flags, data)
    _check(result, f"mount on {place}")


def _isolate(limits: dict[str, Any]) -> None:
    """Leave the server's namespaces; returns in the first process of the child's own.

    The process that called stays behind and waits. If it is killed, the first process dies too,
    and the kernel ends whatever else lives in that namespace: nothing survives a submission.
    """
    uid, gid = os.getuid(), os.getgid()
    _check(_LIBC.unshare(_NEWUSER | _NEWPID | _NEWNS | _NEWIPC), "unshare")
    _LIBC.syscall(_KEYCTL, _JOIN_SESSION_KEYRING, None)  # or keys would outlive the child
    _check(_LIBC.prctl(_DUMPABLE, 1, 0, 0, 0), "prctl")  # or /proc/self would not be ours to write
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    first = os.fork()
    if first:
        _, status = os.waitpid(first, 0)
        os._exit(0 if status == 0 else 1)
    os.setsid()  # a signal to the process group would reach the server, namespaces or not
    _check(_LIBC.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    _check(_LIBC.mount(b"none", b"/", None, _REC | _PRIVATE, None), "make mounts private")
    _tmpfs(SCRATCH, f"size={limits['scratch_bytes']},nr_inodes=4k,mode=700")
    _tmpfs("/dev/shm", "size=1m,nr_inodes=1k,mode=700")
    _tmpfs("/proc", "size=4k,mode=555", _RDONLY)  # hides the server, and every other process
    os.mkdir(WORK, 0o700)


def _renounce(limits: dict[str, Any]) -> None:
    """Give up what a submission has no use for: capabilities, and more than its share."""
    for capability in range(_LAST_CAPABILITY):
        if _LIBC.prctl(_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # the kernel knows no more of them
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _check(_LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    for what, bound in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, _address_space() + limits["memory_bytes"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (bound, bound))


_address_space_of_server = 0


def _address_space() -> int:
    return _address_space_of_server


def _measure_address_space() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


class Server:
    """Forks children on demand. One lives at a time."""

    def __init__(self, control: socket.socket, shell: Shell) -> None:
        self._control = control
        self._shell = shell
        self._child = 0

    def serve(self) -> None:
        """Until the trusted side closes the control connection."""
        wake, ring = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(ring)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        chooser = selectors.DefaultSelector()
        chooser.register(self._control, selectors.EVENT_READ)
        chooser.register(wake, selectors.EVENT_READ)
        while True:
            for key, _ in chooser.select():
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
            # Everything in the server's namespace but itself and bubblewrap's first process; the
            # child's own namespace lies within it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        return True

    def _fork(self, descriptor: int) -> None:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self._control.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                run_child(
                    Connection(socket.socket(fileno=descriptor), self._shell.opaque), self._shell
                )
                code = 0
            finally:
                os._exit(code)
        os.close(descriptor)
        self._child = pid

    def _reap(self) -> None:
        while self._child:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:  # the namespace is empty, and its first process ours to bury
                self._child = 0
                self._control.sendall(b"E")
                return
            if pid == 0:
                return


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
    while anything that people will see is still being written.
    """

    def __init__(self, connection: Connection, shell: Shell, load: int) -> None:
        self._connection = connection
        self._shell = shell
        self._load = load  # descriptor of /proc/loadavg, which ends with the namespace's last pid
        self._snapshots: dict[str, socket.socket] = {}
        self._pids: set[int] = set()

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
            elif request["do"] == "snapshot":
                self._keep(request["name"])
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
            self._connection.send({"number": 0})
            while (request := self._connection.receive())["do"] == "observe":
                answer = _in_one_process(self._shell.observe, request["case"])
                self._connection.send({"number": request["number"], **answer})
            turn.sendall(b"D")


def run_child(connection: Connection, shell: Shell) -> None:
    """Serve one submission until the trusted side has had enough of it."""
    start = connection.receive()
    limits = start["limits"]
    try:
        load = os.open("/proc/loadavg", os.O_RDONLY)
        _isolate(limits)
        _close_all_but(connection.fileno(), load)
        _renounce(limits)
    except OSError as error:
        connection.send({"ready": False, "reason": str(error)})
        return
    os.chdir(WORK)
    shell.begin(limits, start["files"])
    connection.send({"ready": True})
    Notebook(connection, shell, load).serve()


def _close_all_but(*kept: int) -> None:
    """Standard streams go to nowhere, and every other inherited descriptor is closed."""
    nowhere = os.open("/dev/null", os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    edges = [2, *sorted(kept), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]
    for below, above in itertools.pairwise(edges):
        os.closerange(below + 1, above)


def main() -> None:
    """Warm up, say so, and serve."""
    global _address_space_of_server
    if os.getuid() == 0:  # the grader runs as root; limits on processes do not bind root
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    control = socket.socket(fileno=int(sys.argv[1]))
    _check(_LIBC.prctl(_DUMPABLE, 0, 0, 0, 0), "prctl")
    _check(_LIBC.prctl(_SUBREAPER, 1, 0, 0, 0), "prctl")  # so that we see a namespace end
    sys.path.insert(0, GIVEN)
    shell = Shell(importlib.import_module(sys.argv[2]))
    shell.warm_up()
    _address_space_of_server = _measure_address_space()
    gc.collect()
    gc.freeze()  # a collection in a child would otherwise touch, and so copy, every page
    control.sendall(b"R")
    Server(control, shell).serve()


if __name__ == "__main__":
    main()
