"""The jail seen from inside: what is there, what is not, and where each limit lies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail import seccomp
from grader.jail.child import Child
from grader.jail.outside import Jail

from .jail_support import MEBIBYTE, NO_BWRAP, has_bwrap, printed, small_jail

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail with small limits, started with a secret in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET", "not for students")
        with small_jail(
            tmp_path_factory.mktemp("jail"),
            memory_bytes=128 * MEBIBYTE,
            file_bytes=2 * MEBIBYTE,
            scratch_bytes=8 * MEBIBYTE,
            open_files=40,
            processes=12,
            cpu_seconds=2,
        ) as jail:
            yield jail


@pytest.fixture
def child(jail: Jail) -> Iterator[Child]:
    """A child without a notebook."""
    child = jail.child({"notes.txt": b"mine"})
    yield child
    child.close()


def test_there_is_no_network_but_a_loopback_that_is_down(child: Child) -> None:
    """Nobody can be reached: not even the host's own services, nor one's own over the network."""
    names = (
        "import socket\n"
        "for number in range(1, 50):\n"
        "    try:\n"
        "        print(socket.if_indextoname(number))\n"
        "    except OSError:\n"
        "        pass"
    )
    assert printed(child, names) == "lo"
    if seccomp.supported():
        answer = child.cell("socket.socket()")
        assert [output["name"] for output in answer["outputs"]] == ["PermissionError"]
        return
    source = (
        "import socket\n"
        "with socket.socket() as plug:\n"
        "    print(plug.connect_ex(('127.0.0.1', 80)), plug.connect_ex(('192.0.2.1', 80)))"
    )
    assert "0" not in printed(child, source).split()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's jail could change them")
def test_devices_keep_the_times_they_have(child: Child) -> None:
    """A time is a note that every later submission could read; and it is the host's."""
    source = (
        "for name in ('null', 'zero', 'full', 'random', 'urandom', 'tty'):\n"
        "    try:\n"
        "        os.utime('/dev/' + name, (1, 1))\n"
        "        print('SET', name)\n"
        "    except OSError:\n"
        "        pass\n"
        "print(open('/dev/null', 'w').write('gone'), len(os.urandom(3)))"
    )
    assert printed(child, "import os\n" + source) == "4 3"


def test_proc_is_empty(child: Child) -> None:
    """No process of anybody's can be looked at."""
    assert printed(child, "import os\nprint(os.listdir('/proc'))") == "[]"


def test_only_the_system_python_and_the_given_files_are_in_sight(child: Child) -> None:
    """No course folder, no home, no logs, no accounts."""
    top = set(printed(child, "import os\nprint(*os.listdir('/'))").split())
    python = {Path(path).parts[1] for path in (os.path.realpath(sys.executable), sys.prefix)}
    system = {"usr", "lib", "lib64", "bin", "etc", "proc", "dev", "tmp", "scratch", "given", "jail"}
    assert top <= system | python
    accounts = "print([n for n in ('passwd', 'shadow', 'hosts') if os.path.exists('/etc/' + n)])"
    assert printed(child, accounts) == "[]"
    source = f"print(os.path.exists({str(Path(__file__).parent)!r}))"
    assert printed(child, source) == "False"
    # Below a home there is only the way to Python, if Python is installed there.
    ways = {
        Path(path).parts[2]
        for path in (os.path.realpath(sys.executable), sys.prefix)
        if path.startswith("/root/")
    }
    home = "print(*(os.listdir('/root') if os.path.isdir('/root') else []))"
    assert set(printed(child, home).split()) <= ways


def test_the_environment_is_ours_alone(child: Child) -> None:
    """Secrets that the grader was started with stay outside."""
    names = printed(child, "import os\nprint(*os.environ)").split()
    assert "NBGRADER_EXECUTION" in names
    assert "COURSE_SECRET" not in names
    assert not [name for name in names if name.startswith("PYTEST")]


def test_the_student_is_nobody_and_first(child: Child) -> None:
    """No root, no capability to gain, and no process before one's own."""
    source = "import os\nprint(os.getuid() != 0, os.geteuid() != 0, os.getpid(), os.getppid())"
    assert printed(child, source) == "True True 1 0"
    source = (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "print(libc.prctl(39, 0, 0, 0, 0), [n for n in range(40) if libc.prctl(23, n, 0, 0, 0) > 0])"
    )
    assert printed(child, source) == "1 []"


def test_the_scratch_folder_holds_the_given_links_and_the_own_files(child: Child) -> None:
    """A notebook finds what lies beside it, and nothing of anybody before it."""
    source = (
        "import os\n"
        "print(os.getcwd())\n"
        "print(*sorted(n for n in os.listdir() if not os.path.islink(n)))\n"
        "print(sorted(n for n in os.listdir() if os.path.islink(n)) == sorted(os.listdir('/given')))\n"
        "print(open('notes.txt').read(), os.listdir('/scratch'), os.listdir('/dev/shm'))"
    )
    assert printed(child, source).splitlines() == [
        "/scratch/work",
        "notes.txt",
        "True",
        "mine ['work'] []",
    ]


def test_only_scratch_can_be_written(child: Child) -> None:
    """Given files, Python's files and the jail's own are read-only."""
    source = """
import os, sys
wrote = []
for folder in ("/", "/given", "/jail", "/usr", "/dev", "/proc", sys.prefix, os.path.dirname(os.__file__)):
    try:
        open(folder + "/written", "w").close()
        wrote.append(folder)
    except OSError:
        pass
for file in ("reg_utils.py", "/given/reg_utils.py", "/jail/inside.py"):
    try:
        open(file, "a").close()
        wrote.append(file)
    except OSError:
        pass
print(wrote)
"""
    assert printed(child, source) == "[]"


def test_what_one_child_writes_the_next_does_not_see(jail: Jail) -> None:
    """Scratch, shared memory, modules and globals are everybody's own."""
    first = jail.child({})
    printed(first, "import numpy as np\nnp.mine = 1\nmine = 1")
    printed(first, "open('/scratch/mine', 'w').close()\nopen('/dev/shm/mine', 'w').close()")
    first.close()
    second = jail.child({})
    try:
        source = (
            "import numpy as np, os\n"
            "print(hasattr(np, 'mine'), 'mine' in globals(), os.listdir('/scratch'), os.listdir('/dev/shm'))"
        )
        assert printed(second, source) == "False False ['work'] []"
    finally:
        second.close()


@pytest.mark.parametrize("name", ["testcases", "testcases.hidden", "grader", "grader.jail.outside"])
def test_the_graders_own_packages_cannot_be_imported(child: Child, name: str) -> None:
    """Hidden cases, the reference and the judge's settings are not installed inside."""
    source = f"""
import importlib
try:
    print(getattr(importlib.import_module({name!r}), "__file__", None))
except ImportError:
    print("None")
"""
    assert printed(child, source) == "None"


def test_datasets_are_those_of_the_given_files(child: Child) -> None:
    """The data set's loader comes from beside the notebook, as for students."""
    text = printed(child, "import datasets, os\nprint(os.path.realpath(datasets.__path__[0]))")
    assert text == "/given/datasets"


def test_inherited_descriptors_are_the_three_streams_and_two_more(child: Child) -> None:
    """Nothing is open but /dev/null, the connection and the list of loads."""
    source = """
import os
found = []
for descriptor in range(3, 40):
    try:
        os.fstat(descriptor)
        found.append(descriptor)
    except OSError:
        pass
print(len(found), {os.fstat(n).st_rdev == os.stat("/dev/null").st_rdev for n in range(3)})
"""
    assert printed(child, source) == "2 {True}"


REFUSED = {
    "memory": ("import numpy as np\nnp.ones(200 * 2**20, dtype=np.uint8)", "MemoryError"),
    "file size": ("open('big', 'wb').write(bytes(3 * 2**20))", "OSError"),
    "scratch": (
        "for n in range(9):\n    open(f'f{n}', 'wb').write(bytes(2**20))",
        "OSError",
    ),
    "shared memory": ("open('/dev/shm/big', 'wb').write(bytes(2 * 2**20 - 1))", "OSError"),
    "open files": ("kept = [open('/dev/null') for _ in range(60)]", "OSError"),
    "processes": (
        "import subprocess\nkept = [subprocess.Popen(['sleep', '9']) for _ in range(20)]",
        "BlockingIOError",
    ),
    "a limit raised": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))",
        "ValueError",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_more_than_the_limit_is_refused_and_the_child_lives(child: Child, name: str) -> None:
    """A limit ends the cell with an error that a student can read, and nothing else."""
    source, error = REFUSED[name]
    answer = child.cell(source)
    assert not answer["ok"]
    assert [output["name"] for output in answer["outputs"] if output["kind"] == "error"] == [error]
    assert printed(child, "print('alive')") == "alive"
