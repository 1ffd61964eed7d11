"""The jail, seen from the trusted side.

Theory of operation
    bubblewrap starts a *server*: a Python interpreter in which numpy, matplotlib, IPython and the
    assignment's given files are loaded already (`inside.py`). For every submission the server forks
    a *child*, which first leaves the server's namespaces for its own, gives up its rights, and only
    then reads the student's code (`isolation.py`). The trusted side asks it one thing at a time over
    a socket of its own, with a deadline for every answer (`child.py`). At the end, the child and all
    that it started are killed with its process namespace; `close` comes back when they are gone.

    Where the kernel does not let a child isolate itself, every submission has a bubblewrap and a
    server of its own (`nested` is False). The same holds, and warming up costs about a second.

Who is the attacker
    Whoever wrote the submission. They may run any code, know this source, and want a higher score,
    others' work, the hidden cases, the instructor's files, or to stop the run.

What stands against them
    no network                 an empty network namespace; no sockets but local ones
    no files of ours           a file tree made of read-only mounts: /usr, Python, the given files;
                               no home, no course folder; `testcases`, `grader` and `datasets` are
                               hidden where they are installed beside Python's packages
    nothing left behind        every place that can be written is a tmpfs of the child's own; memory
                               that outlives its process, queues and key rings are refused
    no word of other hidden cases   once a hidden input has been sent, nothing more of what the code
                               shows, raises or returns on public cases is taken up (`engine.py`)
    no way to the server       own process, user, IPC and mount namespaces; /proc is covered; the
                               server cannot be traced, and never reads what a child writes
    no rights to regain        no capabilities, no_new_privs, no setuid programs (nosuid mounts), no
                               namespaces of one's own
    no large part of the kernel   a filter refuses the calls that exploits begin with (`seccomp.py`)
    no hogging                 limits on time, memory of each process and of all together, processes,
                               files and output (`limits.py`)
    no score to steal          expected values never enter; what comes out is plain data (`frames.py`)

In a jail of one's own
    The child shares the server's namespaces. The server is their first process, which nobody within
    can kill, and cannot be traced, read or slowed down; Landlock keeps /proc from the child, where
    the kernel has it. Else the child sees the numbers of its own processes, and where on the host
    the mounted folders lie. If the grader is root, it can set the times of the devices in /dev.

What does not
    The kernel. A hole in it that unprivileged code can reach is a way out; keep it up to date.
    On other architectures than x86_64 and aarch64 there is no filter: what it alone refuses is open.
    Memory of a whole submission is looked at ten times a second, so it can exceed its bound by what
    the processors fill in between. What pipes, sockets and file locks take is the kernel's to bound.
    CPU caches, the kernel's cache of files, locks on files that may only be read, and timing are
    shared with other processes of the machine: two programs that know of each other can exchange a
    few bits a second, while they run at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import Popen

from testcases.core.protocol import Opaque

from .bubblewrap import JailError
from .child import Child, Source, UnpreparedError
from .frames import BorderError, Connection
from .limits import Limits
from .server_process import ServerProcess

_SEE = "Run `grader doctor` to see what is missing."
#: Where nobody knows what the student wrote, anything may be in it.
_UNKNOWN: tuple[Source, ...] = (("anything()", ()),)


class Jail:
    """Makes children one after another, each cut off from everything.

    Args:
        given: folder with the assignment's given files, and nothing else: the jail sees all of it.
        module: public module with the assignment's DRIVERS, importable from `given`.
        limits: bounds on every submission.

    Raises:
        JailError: no child can be isolated here, in neither way.
    """

    def __init__(self, given: Path, module: str, limits: Limits) -> None:
        self.limits = limits
        self._given = given.resolve()
        self._module = module
        #: Whether one warm server serves all children. If not, every child has a server of its own.
        self.nested = True
        #: Why not, in the kernel's words.
        self.reason = ""
        self._server: ServerProcess | None = self._start()
        try:
            self.child({}).close()
        except JailError as error:
            self.close()
            self.nested, self.reason = False, str(error)
            self.child({}).close()

    def _start(self) -> ServerProcess:
        return ServerProcess(self._given, self._module, self.limits, self.nested)

    def child(self, files: Mapping[str, bytes], sources: Sequence[Source] = _UNKNOWN) -> Child:
        """A new child.

        Args:
            files: the student's, for its scratch folder.
            sources: of all cells that are or could be the student's own; see `stillness`.

        Raises:
            JailError: the server is gone, or cannot isolate it. Nothing of the student's was run.
        """
        if self._server is None:
            self._server = self._start()
        connection = Connection(self._server.begin(), Opaque)
        try:
            return Child(self, connection, files, sources)
        except UnpreparedError as error:
            connection.close()
            self.end_child()
            if sources is _UNKNOWN:
                raise JailError(f"Cannot isolate a submission: no answer. {_SEE}") from error
            return self.child(files)  # as it is: whatever is the matter shows in its own cell
        except (JailError, BorderError, TimeoutError) as error:
            connection.close()
            self.end_child()
            if isinstance(error, JailError):
                raise
            raise JailError(
                f"Cannot isolate a submission: {error or 'no answer'}. {_SEE}"
            ) from error

    def end_child(self) -> None:
        """Kill the child there is, and wait until it is gone."""
        if self._server is None:
            return
        try:
            self._server.end()
        finally:
            if not self.nested:
                self.close()

    def took_too_much_memory(self) -> bool:
        """Whether the child was ended for that. True until `end_child`."""
        return self._server is not None and self._server.took_too_much_memory()

    @property
    def process(self) -> Popen[bytes] | None:
        """What all processes of the jail descend from, if there is a server at present."""
        return self._server.process if self._server is not None else None

    def close(self) -> None:
        """End the server, and with it whatever lives in the jail."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def __enter__(self) -> Jail:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
