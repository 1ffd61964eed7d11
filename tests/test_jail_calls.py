"""The filter of system calls: what attackers use is refused, what students use works."""

from __future__ import annotations

import errno
import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail import seccomp
from grader.jail.child import Child
from grader.jail.outside import Jail

from .jail_support import NO_BWRAP, has_bwrap, printed, small_jail

in_a_jail = pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)
filtered = pytest.mark.skipif(not seccomp.supported(), reason="no filter for this architecture")

pytestmark = pytest.mark.slow

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """One jail for all children here."""
    with small_jail(tmp_path_factory.mktemp("jail")) as jail:
        yield jail


@pytest.fixture
def child(jail: Jail) -> Iterator[Child]:
    """A child without a notebook."""
    child = jail.child({})
    yield child
    child.close()


def decide(machine: str, number: int, *arguments: int, architecture: int = 0) -> int:
    """What the filter for a machine says of a call: the kernel's rules for its program, in Python."""
    column, own = ARCHITECTURES[machine]
    data = number | (architecture or own) << 32
    for index, argument in enumerate(arguments):
        data |= argument << 8 * (16 + 8 * index)
    steps, at, accumulator = seccomp._program(column, own), 0, 0
    while True:
        code, if_true, if_false, constant = steps[at]
        at += 1
        if code == 0x20:
            accumulator = data >> 8 * constant & 0xFFFFFFFF
        elif code == 0x54:
            accumulator &= constant
        elif code == 0x15:
            at += if_true if accumulator == constant else if_false
        elif code == 0x35:
            at += if_true if accumulator >= constant else if_false
        else:
            assert code == 0x06
            return constant


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_filter_decides_by_number_and_argument(machine: str) -> None:
    """The filters of both architectures say the same of the same calls."""
    column = ARCHITECTURES[machine][0]
    read, clone, socket, pair, mmap = (
        (0, 63)[column],
        (56, 220)[column],
        (41, 198)[column],
        (53, 199)[column],
        (9, 222)[column],
    )
    assert decide(machine, read) == ALLOW
    assert all(
        decide(machine, numbers[column]) == EPERM
        for numbers in seccomp._DENIED.values()
        if numbers[column] is not None
    )
    assert decide(machine, 435) == ENOSYS  # clone3
    assert decide(machine, 450) == decide(machine, 1 << 30) == decide(machine, 2**32 - 1) == ENOSYS
    assert decide(machine, read, architecture=0x40000003) == KILL
    thread = 0x3D0F00
    assert decide(machine, clone, thread) == decide(machine, clone, 17) == ALLOW
    for bit in (17, 25, 26, 27, 28, 29, 30):
        assert decide(machine, clone, 17 | 1 << bit) == EPERM
    assert decide(machine, socket, 1, 1, 0) == ALLOW
    assert {decide(machine, socket, n, 1, 0) for n in set(range(50)) - {1}} == {EPERM}
    assert decide(machine, pair, 1, 1, 0) == ALLOW
    assert decide(machine, pair, 2, 1, 0) == EPERM
    private, shared, either = 0x22, 0x21, 0x23
    assert decide(machine, mmap, 0, 4096, 3, private) == ALLOW
    assert decide(machine, mmap, 0, 4096, 3, 0x01) == ALLOW  # a file's pages, bounded with the file
    assert decide(machine, mmap, 0, 4096, 3, shared) == EPERM
    assert decide(machine, mmap, 0, 4096, 3, either) == EPERM
    prctl = seccomp._DECIDED["prctl"][column]
    assert decide(machine, prctl, 4, 1) == ALLOW
    assert decide(machine, prctl, 41, 0) == EPERM  # huge pages
    prlimit = seccomp._DECIDED["prlimit64"][column]
    assert decide(machine, prlimit, 0, 7) == ALLOW
    assert decide(machine, prlimit, 1, 7) == EPERM


@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")),
        ("aarch64", Path("/usr/include/asm-generic/unistd.h")),
    ],
)
def test_the_numbers_are_the_kernels(machine: str, header: Path) -> None:
    """A wrong number would forbid one call and let another one through."""
    if not header.is_file():
        pytest.skip("the kernel's headers are not installed")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    official = {name: int(number) for name, number in lines}
    column = ARCHITECTURES[machine][0]
    assert {name: numbers[column] for name, numbers in seccomp._DENIED.items()} == {
        name: official.get(name) for name in seccomp._DENIED
    }
    assert {name: numbers[column] for name, numbers in seccomp._DECIDED.items()} == {
        name: official[name] for name in seccomp._DECIDED
    }


@in_a_jail
@filtered
def test_every_forbidden_call_is_refused_in_the_jail(child: Child) -> None:
    """The kernel really is bound to the filter, and not to something near it."""
    numbers = {name: seccomp.number(name) for name in seccomp._DENIED}
    known = {name: number for name, number in numbers.items() if number is not None}
    source = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"for name, number in {known}.items():\n"
        "    ctypes.set_errno(0)\n"
        "    if libc.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != 1:\n"
        "        print(name)"
    )
    assert printed(child, source) == ""
    assert printed(child, "print(libc.prctl(21, 0, 0, 0, 0))") == "2"  # PR_GET_SECCOMP: filter


REFUSED = {
    "a netlink socket": "socket.socket(16, socket.SOCK_RAW, 0)",
    "a VSOCK socket": "socket.socket(40, socket.SOCK_STREAM)",
    "the kernel's cipher socket": "socket.socket(38, socket.SOCK_SEQPACKET, 0)",
    "TCP": "socket.socket()",
    "UDP over IPv6": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "a lock that others see": "fcntl.flock(os.open('/usr/bin/env', os.O_RDONLY), fcntl.LOCK_SH)",
    "a hint on a file that others read": "os.posix_fadvise(0, 0, 0, os.POSIX_FADV_DONTNEED)",
    "reading only what is in memory": "os.preadv(0, [bytearray(1)], 0, os.RWF_NOWAIT)",
    "memory shared without a file": "mmap.mmap(-1, 4096)",
    "a file in memory alone": "os.memfd_create('mine')",
}


@in_a_jail
@filtered
@pytest.mark.parametrize("name", REFUSED)
def test_python_sees_a_refusal_as_an_error_of_permission(child: Child, name: str) -> None:
    """Whoever tries is told so in a way that can be read, and the process goes on."""
    answer = child.cell(f"import fcntl, mmap, os, socket\n{REFUSED[name]}")
    assert not answer["ok"]
    assert [output["name"] for output in answer["outputs"]] == ["PermissionError"]
    assert printed(child, "print(1)") == "1"


@in_a_jail
@filtered
@pytest.mark.skipif(platform.machine() != "x86_64", reason="32-bit code is x86's")
def test_a_call_of_a_foreign_architecture_ends_the_process(child: Child) -> None:
    """The old 32-bit door, where numbers mean other calls, is shut."""
    source = """
import ctypes, mmap, os
code = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
page.write(code)
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
pid = os.fork()
if pid == 0:
    call()
    os._exit(0)
print(os.WIFSIGNALED(os.waitpid(pid, 0)[1]))
"""
    assert printed(child, source) == "True"


HONEST = {
    "threads": """
import threading
threads = [threading.Thread(target=print, args=("thread",)) for _ in range(2)]
[t.start() for t in threads], [t.join() for t in threads]
print("works")
""",
    "subprocess": """
import os, subprocess
print(subprocess.run(["/bin/echo", "works"], capture_output=True, text=True).stdout)
print(os.popen("echo works").read())
""",
    "multiprocessing": """
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(abs, [-1, 2]) == [1, 2]
assert multiprocessing.Value("i", 3).value == 3
queue = multiprocessing.Queue()
queue.put("works")
print(queue.get())
""",
    "futures": """
import concurrent.futures as futures
for pool in (futures.ThreadPoolExecutor, futures.ProcessPoolExecutor):
    with pool(2) as executor:
        assert list(executor.map(abs, [-1, 2])) == [1, 2]
print("works")
""",
    "asyncio": """
import asyncio
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0.001, "works")))
""",
    "callbacks from C": """
import ctypes
print("works" if ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(abs)(-7) == 7 else "")
""",
    "numpy and pictures": """
import matplotlib.pyplot as plt, numpy as np
assert np.linalg.svd(np.eye(50))[1].sum() == 50
plt.imshow(np.eye(3)), plt.title("$x^2$"), plt.savefig("mine.png"), plt.show()
print("works")
""",
}


@in_a_jail
@pytest.mark.parametrize("name", HONEST)
def test_what_honest_students_use_works(child: Child, name: str) -> None:
    """The filter takes nothing away that a notebook may reasonably use."""
    assert "works" in printed(child, HONEST[name])


def test_a_machine_without_a_filter_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """On another architecture nothing is installed, and the answer says so."""
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    seccomp.prepare.cache_clear()
    assert not seccomp.supported()
    assert not seccomp.install()
    assert seccomp.number("keyctl") is None
    seccomp.prepare.cache_clear()
