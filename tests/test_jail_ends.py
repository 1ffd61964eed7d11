"""How children of the jail, and the jail itself, come to their end: on time, completely, and as told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail.bubblewrap import JailError
from grader.jail.child import Child, ChildGoneError
from grader.jail.limits import Limits
from grader.jail.outside import Jail

from .jail_support import (
    MEBIBYTE,
    MODULE,
    NO_BWRAP,
    given_files,
    has_bwrap,
    printed,
    processes,
    small_jail,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]


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


def test_a_cell_that_takes_too_long_is_reported_as_such(child: Child) -> None:
    """Silence for longer than the limit is a timeout, not a wait."""
    begun = time.monotonic()
    with pytest.raises(ChildGoneError, match="no answer within 2 s") as caught:
        child.cell("import time\ntime.sleep(3600)")
    assert caught.value.kind == "timeout"
    assert time.monotonic() - begun < 5


FORGERY = """
import json, os, struct, time
for number in range(1, 100):
    text = json.dumps({"d": {"number": {"i": str(number)}, "ok": True}}).encode()
    for descriptor in range(3, 40):
        try:
            os.write(descriptor, struct.pack("!4sIQ", b"GRDR", 1, len(text)) + text)
        except OSError:
            pass
time.sleep(3600)
"""


def test_a_child_that_does_not_listen_is_given_up(child: Child) -> None:
    """A process that has answered ahead and reads no more does not block what is sent to it."""
    child.cell(FORGERY)
    with pytest.raises(ChildGoneError) as caught:
        child.cell("#" * 2 * MEBIBYTE)
    assert caught.value.kind == "timeout"


def test_a_signal_to_the_process_group_stays_inside(jail: Jail) -> None:
    """The group of a child is its own: namespaces do not divide process groups."""
    child = jail.child({})
    child.cell("import os, signal\nos.kill(0, signal.SIGKILL)")
    child.close()
    child = jail.child({})
    assert printed(child, "print(1)") == "1"
    child.close()


def test_a_key_in_a_keyring_does_not_reach_the_next_child(jail: Jail) -> None:
    """Keyrings know no namespaces of their own; every child has a new one."""
    child = jail.child({})
    add = "libc.syscall(248, b'user', b'note', b'secret', 6, ring)"
    search = "libc.syscall(250, 10, ring, b'user', b'note', 0) > 0"
    rings = "import ctypes\nlibc = ctypes.CDLL(None)\n"
    assert child.cell(f"{rings}for ring in (-3, -4, -5):\n    {add}")["ok"]
    child.close()
    child = jail.child({})
    assert (
        printed(child, f"{rings}print([{search} for ring in (-3, -4, -5)])")
        == "[False, False, False]"
    )
    child.close()


def test_a_child_that_dies_is_reported_as_such(child: Child) -> None:
    """The end of the process is told apart from silence."""
    with pytest.raises(ChildGoneError) as caught:
        child.cell("import os\nos._exit(0)")
    assert caught.value.kind == "died"


def test_output_is_cut_to_what_a_cell_may_show(child: Child) -> None:
    """Text beyond the limit does not come out of the jail."""
    assert len(printed(child, "print('x' * 10**7)")) == Limits().output_characters


def test_no_process_outlives_its_child(jail: Jail) -> None:
    """Daemons with sessions of their own have ended when `close` comes back."""
    child = jail.child({})
    child.close()
    idle = processes(jail)
    child = jail.child({})
    source = """
import os, time
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
    os.waitpid(pid, 0)
"""
    printed(child, source)
    assert len(processes(jail)) >= len(idle) + 4
    child.close()
    assert processes(jail) == idle


@pytest.mark.parametrize("ending", ["os._exit(0)", "os._exit(1)", "os.kill(os.getpid(), 9)"])
def test_children_come_and_go_whatever_their_end(jail: Jail, ending: str) -> None:
    """A child that ends by itself, at whatever moment, does not confuse the server."""
    for pause in (0, 0, 0.001, 0.01, 0.05):
        child = jail.child({})
        try:
            child.cell(f"import os\n{ending}")
        except ChildGoneError:
            time.sleep(pause)
        child.close()
        child = jail.child({})
        assert printed(child, "print(1)") == "1"
        child.close()


def test_the_server_ends_with_its_jail(tmp_path: Path) -> None:
    """Closing a jail leaves no process behind, and closing it twice is fine."""
    jail = small_jail(tmp_path)
    child = jail.child({})
    printed(child, "import os\nif os.fork() == 0:\n    import time; time.sleep(60)")
    child.close()
    everything = processes(jail)
    jail.close()
    jail.close()
    for _ in range(40):
        alive = {pid for pid in everything if Path(f"/proc/{pid}").exists()}
        if not alive:
            break
        time.sleep(0.05)
    assert alive == set()


def test_a_missing_bubblewrap_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is graded without a jail, and the message names the remedy."""
    given = given_files(tmp_path / "given")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JailError, match="apt-get install bubblewrap"):
        Jail(given, MODULE, Limits())


def test_a_server_that_does_not_start_is_no_jail(tmp_path: Path) -> None:
    """A module that cannot be imported ends in a sentence with the cause, not in a jail."""
    with pytest.raises(JailError, match="no_such_module"):
        Jail(given_files(tmp_path / "given"), "no_such_module", Limits())
