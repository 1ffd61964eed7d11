"""What a worker does: unpack a parcel, run and judge it, send back what came out.

A worker is on the trusted side; what it runs is not. It has no course folder and no gradebook, so
the same few lines serve a process on this machine and a worker of a cluster.
"""

from __future__ import annotations

import atexit
import threading

from .bench import Bench
from .parcels import Graded, Kit, Parcel

_kit: Kit | None = None
#: One bench for each thread that works, for the kit that it was made for.
_local = threading.local()


def settle(kit: Kit) -> None:
    """First thing in a process that works for one kit only."""
    global _kit
    _kit = kit


def work(parcel: Parcel, kit: Kit | None = None) -> Graded:
    """Run and judge one submission.

    Args:
        parcel: the submission.
        kit: what else is needed; None for the one that this process has settled for.

    Raises:
        JailError: no jail can be set up here.
    """
    kit = _kit if kit is None else kit
    assert kit is not None, "settle first"
    return bench_for(kit).run(parcel)


def bench_for(kit: Kit) -> Bench:
    """This thread's bench for a kit; a bench for an earlier kit is closed.

    Raises:
        JailError: no jail can be set up here.
    """
    bench: Bench | None = getattr(_local, "bench", None)
    if bench is not None and bench.kit.basis == kit.basis:
        return bench
    if bench is not None:
        _local.bench = None
        atexit.unregister(bench.close)
        bench.close()
    _local.bench = bench = Bench(kit)
    atexit.register(bench.close)
    return bench
