"""What a worker does: unpack a parcel, run and judge it, send back what came out.

A worker is on the trusted side; what it runs is not. It has no course folder and no gradebook, so
the same few lines serve a process on this machine and a worker of a cluster.
"""

from __future__ import annotations

import atexit
import gc
import threading
from contextlib import suppress

from .bench import Bench
from .jail.bubblewrap import JailError
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


def ready(kit: Kit) -> None:
    """Have a jail warm for this thread, and see that a submission can be isolated in it.

    A process that lives long may find that its jail was killed meanwhile: then it makes a new one.

    Raises:
        JailError: no jail can be set up here.
    """
    if _kept(kit) is not None:
        with suppress(JailError):
            bench_for(kit).try_out()
            return
        retire()
    bench_for(kit).try_out()


def retire() -> None:
    """Close this thread's bench, if there is one."""
    bench: Bench | None = getattr(_local, "bench", None)
    if bench is not None:
        _local.bench = None
        atexit.unregister(bench.close)
        bench.close()


def _kept(kit: Kit) -> Bench | None:
    """This thread's bench, if it is one for this very kit."""
    bench: Bench | None = getattr(_local, "bench", None)
    return bench if bench is not None and bench.kit == kit else None


def bench_for(kit: Kit) -> Bench:
    """This thread's bench for a kit; a bench for another kit is closed."""
    bench = _kept(kit)
    if bench is None:
        retire()
        _local.bench = bench = Bench(kit)
        atexit.register(bench.close)
        gc.collect()
        gc.freeze()  # or every submission pays for a walk through all that was ever imported
    return bench
