"""The same work on a running Dask cluster: parcels out, graded submissions back.

Workers need this package, bubblewrap, and nothing else: no shared file system, no gradebook. A task
is a few submissions, since Dask takes as long over a task as a quarter of a submission. Dask sends a
task again to another worker when one dies, and gives up a task that was under way, or next in turn,
at several deaths. Its submissions are tried once more, one by one; what is given up again comes back
as `WorkerDiedError`, and the next run tries it again.

What travels is pickled by Dask, between processes that are all ours. On a network where others
listen, use Dask's TLS (`tls://` addresses): the kit holds the course's secret and the solutions.
"""

from __future__ import annotations

import math
import platform
import queue
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from itertools import islice
from typing import TYPE_CHECKING, Any

from .cluster_workers import check_workers, connect, difference, unfit, unjailed
from .errors import GraderError
from .jail.bubblewrap import JailError
from .parcels import Graded, Kit, Parcel
from .pool import WorkerDiedError
from .worker import bench_for, work

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds for which a cluster may be without any worker while it works. Dask starts a dead one anew
#: within a few.
_ALONE_SECONDS = 30.0
#: Seconds between two looks at the state of the cluster.
_LOOK_SECONDS = 1.0
#: Seconds that a result which is there may take to come over; then it is asked for again.
_FETCH_SECONDS = 5
#: Seconds until a result that was lost is asked for again.
_PAUSE = 0.1
#: Most submissions in a task, and tasks on their way for each thread that works: enough that none
#: waits. The first tasks hold one each, so that something is seen soon; after each so many one more.
_TOGETHER = 4
_AHEAD = 3
_GROWING = 20
_REST = "Then run the same command again: what is recorded is kept, and only the rest is graded."


class UnfitError(GraderError):
    """A worker that joined during the run cannot grade."""


def run_on_cluster(
    address: str, kit: Kit, parcels: Iterator[Parcel], *, stopping: Callable[[], bool] = bool
) -> Generator[tuple[Parcel, Graded | Exception], None, None]:
    """Run and judge parcels on the cluster at `address`; yield each with what came of it.

    Parcels are taken no sooner than they are needed. Once `stopping` says so, no more are sent out;
    those under way are finished.

    Raises:
        GraderError: there is no such cluster, it went away, or one of its workers is not fit to grade.
    """
    try:
        client = connect(address)
    except GraderError:
        if stopping():
            return  # nobody waits for it any more
        raise
    try:
        check_workers(client, address, kit, stopping)
        run = _Run(client, address, kit)
        yield from run.drain(parcels, stopping, _together)
        suspects, run.given_up = run.given_up, []
        for suspect in suspects:
            yield from run.drain(iter([suspect]), stopping, _alone)
        for parcel in run.given_up:
            yield parcel, WorkerDiedError()
    finally:
        client.close()


class _Run:
    """Parcels on their way on a cluster."""

    def __init__(self, client: Client, address: str, kit: Kit) -> None:
        self._client = client
        self._address = address
        # A task like the others, not scattered data: if all who hold it die, Dask makes it again.
        self._kit = client.submit(_same, kit, pure=False)
        self._running: dict[Any, tuple[Sequence[Parcel], Future]] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._threads = 0
        self._looked = -math.inf
        self._last_seen = time.monotonic()
        #: Parcels over which workers died too often.
        self.given_up: list[Parcel] = []

    def drain(
        self,
        parcels: Iterator[Parcel],
        stopping: Callable[[], bool],
        together: Callable[[int], int],
    ) -> Generator[tuple[Parcel, Graded | Exception], None, None]:
        """Send out and take in until no parcel is left; `together`: how many, after so many."""
        sent = 0
        while True:
            self._look()
            while len(self._running) < _AHEAD * max(1, self._threads) and not stopping():
                chosen = tuple(islice(parcels, together(sent)))
                if not chosen:
                    break
                sent += len(chosen)
                self._send(chosen)
            if not self._running:
                return
            try:
                key = self._done.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            outcomes = self._outcomes(self._running[key][1])
            if outcomes is None:
                self._done.put(key)  # it was lost on the way, and is made again
                time.sleep(_PAUSE)
                continue
            some, _ = self._running.pop(key)
            if isinstance(outcomes, WorkerDiedError):
                self.given_up += some
            elif isinstance(outcomes, Exception):
                yield from ((parcel, outcomes) for parcel in some)
            else:
                yield from zip(some, outcomes, strict=True)

    def _send(self, some: Sequence[Parcel]) -> None:
        # Not by the digest of its content: the same work may have to be done again.
        future = self._client.submit(_work, some, self._kit, pure=False)
        self._running[future.key] = some, future
        done = self._done
        future.add_done_callback(lambda future: done.put(future.key))

    def _look(self) -> None:
        """See whether there is still a cluster to wait for.

        Raises:
            GraderError: there is not.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        # A scheduler drops the work of a client whose connection breaks, so there is no going on.
        # ("lost" is another thing: a result died with its worker, and Dask makes it again.)
        dropped = any(future.status == "cancelled" for _, future in self._running.values())
        if self._client.status != "running" or dropped:
            raise self._gone()
        try:
            self._threads = sum(self._client.nthreads().values())
        except (OSError, ValueError, RuntimeError) as error:
            raise self._gone() from error
        self._looked = now
        if self._threads:
            self._last_seen = now
        if now - self._last_seen > _ALONE_SECONDS:
            raise GraderError(
                f"Cannot go on grading on {self._address}: all its workers have gone. Start some "
                f"with `dask worker {self._address} --nthreads 1`. {_REST}"
            )

    def _gone(self) -> GraderError:
        return GraderError(
            f"Cannot go on grading on {self._address}: the scheduler has gone. Start it and its "
            f"workers again. {_REST}"
        )

    def _outcomes(self, future: Future) -> Sequence[Graded | Exception] | Exception | None:
        """What came of a task; None if its result was lost with the worker that held it."""
        from distributed import KilledWorker

        try:
            if future.status == "finished":
                outcomes: Sequence[Graded | Exception] = future.result(timeout=_FETCH_SECONDS)
                return outcomes
            if future.status != "error":
                return None
            error = future.exception(timeout=_FETCH_SECONDS)
        except (TimeoutError, OSError, CancelledError):
            return None  # its worker has gone, or the scheduler: the next look tells
        except KilledWorker as killed:
            error = killed
        if isinstance(error, KilledWorker):
            return WorkerDiedError()
        if isinstance(error, UnfitError):
            raise error
        return error if isinstance(error, Exception) else RuntimeError(repr(error))


def _together(sent: int) -> int:
    return min(_TOGETHER, 1 + sent // _GROWING)


def _alone(_: int) -> int:
    return 1


def _same(kit: Kit) -> Kit:
    return kit


def _work(some: Sequence[Parcel], kit: Kit) -> Sequence[Graded | Exception]:
    """Runs on a worker, which may have joined since the others were checked.

    Raises:
        UnfitError: it is not fit to grade, and would spoil one submission after another.
    """
    problem = difference(kit)
    try:
        if problem is None:
            bench_for(kit)
    except JailError as error:
        problem = unjailed(error)
    if problem is not None:
        from distributed import get_worker

        message = unfit(get_worker().address, platform.node(), problem)
        raise UnfitError(f"{message} {_REST}")
    return [_worked(parcel, kit) for parcel in some]


def _worked(parcel: Parcel, kit: Kit) -> Graded | Exception:
    try:
        return work(parcel, kit)
    except Exception as error:  # noqa: BLE001  one submission's fault never touches another
        return error
