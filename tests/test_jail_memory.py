"""The memory of a whole submission: seen, counted fairly, and bounded."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator

import pytest

from grader.jail import memory
from grader.jail.child import Child, ChildGoneError
from grader.jail.outside import Jail

from .jail_support import MEBIBYTE, NO_BWRAP, has_bwrap, printed, run, small_jail, solved

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not has_bwrap(), reason=NO_BWRAP)]

BOUND = 320 * MEBIBYTE


@pytest.fixture(scope="module")
def jail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail in which a submission may have little memory, and long cells."""
    bounds = {"cell_seconds": 20.0, "call_seconds": 20.0, "total_memory_bytes": BOUND}
    with small_jail(tmp_path_factory.mktemp("jail"), **bounds) as jail:
        yield jail


@pytest.fixture
def child(jail: Jail) -> Iterator[Child]:
    """A child without a notebook."""
    child = jail.child({})
    yield child
    child.close()


#: Processes that take 100 MiB each, and stay.
HOGS = """
import os, time
for _ in range({number}):
    if os.fork() == 0:
        kept = bytearray(100 * 2**20)
        for place in range(0, len(kept), 4096):
            kept[place] = 1
        time.sleep(60)
        os._exit(0)
time.sleep({seconds})
"""


def test_processes_that_take_too_much_together_are_ended(jail: Jail, child: Child) -> None:
    """Each is within its own bound; the sum is what counts, and the outcome says memory."""
    with pytest.raises(ChildGoneError, match="more than 320 MiB of memory") as caught:
        child.cell(HOGS.format(number=6, seconds=60))
    assert caught.value.kind == "memory"
    assert jail.took_too_much_memory()


def test_the_next_child_is_not_blamed(jail: Jail) -> None:
    """That one child was ended for its memory says nothing of the child after it."""
    child = jail.child({})
    with pytest.raises(ChildGoneError):
        child.cell(HOGS.format(number=6, seconds=60))
    child.close()
    child = jail.child({})
    try:
        assert not jail.took_too_much_memory()
        assert printed(child, "print(1)") == "1"
        with pytest.raises(ChildGoneError) as caught:
            child.cell("import os\nos._exit(0)")
        assert caught.value.kind == "died"
    finally:
        child.close()


def test_memory_that_processes_share_is_counted_once(child: Child) -> None:
    """Ten forks of a process with 100 MiB do not have eleven times as much."""
    source = """
import os, time
kept = bytearray(100 * 2**20)
for place in range(0, len(kept), 4096):
    kept[place] = 1
for _ in range(10):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
time.sleep(0.5)
print("alive")
"""
    assert printed(child, source) == "alive"


def test_an_honest_notebook_fits_into_little(jail: Jail) -> None:
    """The warm interpreter's own pages are nobody's fault."""
    assert run(jail, solved()).notes == ()


def test_a_process_that_hides_its_pages_is_counted_in_full(child: Child) -> None:
    """Whoever forbids the look at their shares is counted as if they shared with nobody."""
    hidden = "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"  # PR_SET_DUMPABLE
    with pytest.raises(ChildGoneError) as caught:
        child.cell(hidden + HOGS.format(number=6, seconds=60))
    assert caught.value.kind == "memory"


def test_the_count_is_that_of_the_kernel() -> None:
    """A process's share is at most what it has in memory, and grows with what it fills."""
    before = memory._share(os.getpid())
    kept = bytearray(64 * MEBIBYTE)
    kept[:: resource.getpagesize()] = bytes(len(kept) // resource.getpagesize())
    grown = memory._share(os.getpid()) - before
    assert 60 * MEBIBYTE < grown < 80 * MEBIBYTE
    assert memory._share(os.getpid()) <= memory._at_most(os.getpid()) + MEBIBYTE


def test_a_process_that_is_gone_counts_nothing() -> None:
    """Processes end while they are counted."""
    assert memory._at_most(2**22 + 1) == memory._share(2**22 + 1) == 0
