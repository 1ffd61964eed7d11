"""Where isolation cannot be nested, every submission has a jail of its own, and the same guarantees."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail import seccomp
from grader.jail.child import Child, ChildGoneError
from grader.jail.outside import Jail

from .jail_support import (
    HONEST_TOTAL,
    MEBIBYTE,
    NO_BWRAP,
    forbid_nesting,
    has_bwrap,
    printed,
    processes,
    run,
    small_jail,
    solved,
    total,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP),
    pytest.mark.skipif(not seccomp.supported(), reason="nesting cannot be forbidden here"),
]


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail on a machine on which children cannot isolate themselves."""
    with pytest.MonkeyPatch.context() as patch:
        forbid_nesting(tmp_path_factory.mktemp("bin"), patch)
        bounds = {"scratch_bytes": 8 * MEBIBYTE, "total_memory_bytes": 512 * MEBIBYTE}
        with small_jail(tmp_path_factory.mktemp("jail"), processes=16, **bounds) as jail:
            yield jail


@pytest.fixture
def child(jail: Jail) -> Iterator[Child]:
    """A child without a notebook."""
    child = jail.child({"notes.txt": b"mine"})
    yield child
    child.close()


def test_the_jail_notices_and_says_why(jail: Jail) -> None:
    """What the kernel refused is known, for the doctor to tell."""
    assert not jail.nested
    assert "clone: Operation not permitted" in jail.reason


def test_an_honest_notebook_earns_the_same(jail: Jail) -> None:
    """The way of isolation costs time, and no points."""
    trial = run(jail, solved())
    assert total(trial) == HONEST_TOTAL
    assert trial.notes == ()


def test_nothing_is_left_between_two_children(jail: Jail) -> None:
    """With the child, its whole jail has ended, and the next one begins with nothing."""
    child = jail.child({})
    printed(
        child, "import os\nopen('/scratch/left', 'w').close(), open('/dev/shm/left', 'w').close()"
    )
    printed(child, "if os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(60)")
    everything = processes(jail)
    assert len(everything) >= 4
    child.close()
    assert processes(jail) == set()
    assert not [pid for pid in everything if Path(f"/proc/{pid}").exists()]
    child = jail.child({})
    source = "import os\nprint('left' in os.listdir('/scratch'), os.listdir('/dev/shm'))"
    assert printed(child, source) == "False []"
    child.close()


def test_the_child_sees_neither_proc_nor_the_network(child: Child) -> None:
    """What a mount hides elsewhere is forbidden here."""
    source = """
import os, socket
for folder in ("/proc", "/proc/1", "/proc/self"):
    try:
        print("SEEN", os.listdir(folder))
    except OSError:
        pass
try:
    open("/proc/self/mountinfo").read()
    print("SEEN")
except OSError:
    pass
try:
    print("SEEN", socket.socket())
except PermissionError:
    print(os.getuid() != 0, os.getpid() != 1)
"""
    assert printed(child, source) == "True True"


def test_only_scratch_can_be_written(child: Child) -> None:
    """Everything else is read-only, and files can be moved about in the scratch folder."""
    source = """
import os, sys
wrote = []
for folder in ("/", "/given", "/jail", "/usr", "/dev", "/proc", sys.prefix, os.path.dirname(os.__file__)):
    try:
        open(folder + "/written", "w").close()
        wrote.append(folder)
    except OSError:
        pass
print(wrote)
os.mkdir("below")
os.rename("notes.txt", "below/notes.txt")
print(open("below/notes.txt").read())
"""
    assert printed(child, source).splitlines() == ["[]", "mine"]


def test_the_server_outlives_every_signal(jail: Jail, child: Child) -> None:
    """It is the first process of its namespace, and the first process cannot be killed from within."""
    source = """
import os, signal
for number in range(1, 65):
    for target in (1, -1):
        if target == 1 or number == signal.SIGKILL:
            try:
                os.kill(target, number)
            except OSError:
                pass
print("alive")
"""
    assert printed(child, source) == "alive"
    with pytest.raises(ChildGoneError) as caught:
        child.cell("os.kill(0, signal.SIGKILL)")
    assert caught.value.kind == "died"
    assert len(processes(jail)) >= 2


def test_signals_do_not_keep_the_server_from_looking(child: Child) -> None:
    """However busy it is kept, too much memory is noticed."""
    source = """
import os, signal, time
if os.fork() == 0:
    while True:
        os.kill(1, signal.SIGCHLD)
for _ in range(6):
    if os.fork() == 0:
        kept = bytearray(200 * 2**20)
        for place in range(0, len(kept), 4096):
            kept[place] = 1
        time.sleep(60)
time.sleep(60)
"""
    with pytest.raises(ChildGoneError) as caught:
        child.cell(source)
    assert caught.value.kind in ("memory", "timeout")


BOUNDS = {
    "scratch": "for n in range(9):\n    open(f'f{n}', 'wb').write(bytes(2**20))",
    "shared memory": "open('/dev/shm/big', 'wb').write(bytes(2 * 2**20))",
    "processes": "import subprocess\nkept = [subprocess.Popen(['sleep', '9']) for _ in range(20)]",
    "memory": "kept = bytearray(2**31)",
}


@pytest.mark.parametrize("name", BOUNDS)
def test_more_than_the_limit_is_refused_and_the_child_lives(child: Child, name: str) -> None:
    """Limits are the same whoever mounts and counts."""
    assert not child.cell(BOUNDS[name])["ok"]
    assert printed(child, "print('alive')") == "alive"


def test_very_many_files_end_the_child(child: Child) -> None:
    """Empty files take memory as well, and bubblewrap cannot bound their number."""
    with pytest.raises(ChildGoneError) as caught:
        child.cell("import time\nfor n in range(10**6):\n    open(f'f{n}', 'w').close()")
    assert caught.value.kind in ("memory", "timeout")


def test_a_fork_bomb_ends_with_its_child(jail: Jail) -> None:
    """However many there are and come, none is left when `close` comes back."""
    child = jail.child({})
    with contextlib.suppress(ChildGoneError):
        child.cell("import os\nwhile True:\n    os.fork()")
    child.close()
    assert processes(jail) == set()
    child = jail.child({})
    assert printed(child, "print('alive')") == "alive"
    child.close()


def test_closing_the_jail_ends_a_child_that_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves in the middle leaves nothing behind."""
    forbid_nesting(tmp_path, monkeypatch)
    jail = small_jail(tmp_path)
    child = jail.child({})
    child.cell("import os\nif os.fork() == 0:\n    import time; time.sleep(60)")
    everything = processes(jail)
    jail.close()
    for _ in range(40):
        alive = {pid for pid in everything if Path(f"/proc/{pid}").exists()}
        if not alive:
            break
        time.sleep(0.05)
    assert alive == set()
    child.close()
