"""The same work on a running Dask cluster: parcels out, graded submissions back.

Workers need this package, bubblewrap, and nothing else: no shared file system, no gradebook. Dask
sends a task again to another worker when one dies, and gives a task up after a few deaths; such a
task comes back as `WorkerDiedError`, and the next run tries it again.

What travels is pickled by Dask, between processes that are all ours. On a network where others
listen, use Dask's TLS (`tls://` addresses): the kit holds the course's secret and the solutions.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from . import __version__
from .bench import require_jail
from .errors import GraderError, short_cause
from .jail.bubblewrap import JailError
from .parcels import Graded, Kit, Parcel
from .pool import WorkerDiedError
from .worker import work

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds to wait for the scheduler, and for a first worker.
_CONNECT_SECONDS = 15
#: Submissions on their way for each thread that works: enough that none waits for us.
_AHEAD = 3
_INSTALL = "Install it: pip install 'dask[distributed]'"


def run_on_cluster(
    address: str, kit: Kit, parcels: Iterator[Parcel], *, stopping: Callable[[], bool] = bool
) -> Generator[tuple[Parcel, Graded | Exception], None, None]:
    """Run and judge parcels on the cluster at `address`; yield each with what came of it.

    Parcels are taken no sooner than they are needed. Once `stopping` says so, no more are sent out;
    those under way are finished.

    Raises:
        GraderError: there is no such cluster, or one of its workers is not fit to grade.
    """
    client = _connect(address)
    try:
        _check_workers(client, kit)
        [shared] = client.scatter([kit], broadcast=True)
        yield from _drain(client, shared, parcels, stopping)
    finally:
        client.close()


def _drain(
    client: Client, kit: Future, parcels: Iterator[Parcel], stopping: Callable[[], bool]
) -> Generator[tuple[Parcel, Graded | Exception], None, None]:
    from distributed import as_completed

    running: dict[Any, Parcel] = {}
    completed = as_completed(raise_errors=False)
    while True:
        room = _AHEAD * max(1, sum(client.nthreads().values()))
        while len(running) < room and not stopping():
            parcel = next(parcels, None)
            if parcel is None:
                break
            # Not by the digest of its content: the same work may have to be done again.
            future = client.submit(work, parcel, kit, pure=False)
            running[future.key] = parcel
            completed.add(future)
        if not running:
            return
        future = next(completed)
        yield running.pop(future.key), _outcome(future)


def _outcome(future: Future) -> Graded | Exception:
    from distributed import KilledWorker

    if future.status == "finished":
        graded: Graded = future.result()
        return graded
    if future.status != "error":
        return GraderError(f"the cluster gave it up ({future.status})")
    error = future.exception()
    if isinstance(error, KilledWorker):
        return WorkerDiedError()
    return error if isinstance(error, Exception) else RuntimeError(repr(error))


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise GraderError(
            f"Cannot grade on {address}: the package distributed is not installed. {_INSTALL}"
        ) from error
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise GraderError(
            f"Cannot grade on {address}: no scheduler answers there ({short_cause(error)}). Start "
            "one with `dask scheduler`, and give the address that it prints."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except TimeoutError as error:
        client.close()
        raise GraderError(
            f"Cannot grade on {address}: the scheduler has no workers. Start some with "
            f"`dask worker {address} --nthreads 1`."
        ) from error
    return client


def _check_workers(client: Client, kit: Kit) -> None:
    """Every worker must have this very version, and be able to jail a submission."""
    found: dict[str, Any] = client.run(_fitness, kit, on_error="return")
    for worker, problem in sorted(found.items()):
        if isinstance(problem, BaseException):
            problem = short_cause(problem)
        if problem is not None:
            raise GraderError(
                f"Cannot grade with worker {worker}: {problem} Mend it there, or stop that worker."
            )


def _fitness(kit: Kit) -> str | None:
    """Runs on a worker: what keeps it from grading, as a sentence, or None."""
    if kit.grader_version != __version__:
        return f"it has version {__version__} of the grader, and this is {kit.grader_version}."
    try:
        require_jail(kit)
    except JailError as error:
        return f"{error} ({platform.node()})"
    return None
