"""The way to a cluster: its scheduler, a first worker, and whether its workers are fit to grade."""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from testcases import load_assignment

from . import __version__
from .errors import GraderError, short_cause, stopped
from .jail.bubblewrap import JailError
from .jail.checkup import try_jail
from .parcels import Kit, digest_of_testcases
from .progress import say

if TYPE_CHECKING:
    from distributed import Client

#: Seconds to wait for the scheduler, and for a first worker, which may have been started just now.
CONNECT_SECONDS = 15
FIRST_WORKER_SECONDS = 45
#: Seconds between two looks for a first worker.
_LOOK_SECONDS = 0.2
_INSTALL = "Install it: pip install 'dask[distributed]'"
_SAME = (
    "Copy the folder of this project there, run `pip install --force-reinstall --no-deps .` in it, in "
    "the environment that the worker runs in, and start the worker anew."
)

#: Host, and what keeps a worker there from grading, as sentences with the remedy; None if nothing does.
Fitness = tuple[str, str | None]


def connect(address: str) -> Client:
    """A client of the scheduler at `address`.

    Raises:
        GraderError: there is none, or Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise GraderError(
            f"Cannot grade on {address}: the package distributed is not installed. {_INSTALL}"
        ) from error
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # we say ourselves what went wrong
    say(f"Waiting for the scheduler at {address}, for up to {CONNECT_SECONDS} s ...")
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise GraderError(
            f"Cannot grade on {address}: no scheduler answers there ({short_cause(error)}). Start "
            "one with `dask scheduler`, and give the address that it prints."
        ) from error


def check_workers(client: Client, address: str, kit: Kit, stopping: Callable[[], bool]) -> None:
    """See that every worker has this very version, and can jail a submission; wait for a first one.

    A worker that goes away while it is asked does not matter, if another one is there or comes. Comes
    back early once `stopping` says so.

    Raises:
        GraderError: a worker is not fit to grade, there is none, or the scheduler went away.
    """
    begun = time.monotonic()
    while _wait_for_one(client, address, begun, stopping):
        try:
            found = client.run(fitness, kit, on_error="return")
        except (OSError, RuntimeError) as error:
            raise _lost(error) from error
        # `fitness` lets no such error through: it is the connection that broke.
        answers = {name: one for name, one in found.items() if not isinstance(one, OSError)}
        for worker, answer in sorted(answers.items()):
            host, problem = _strange(answer) if isinstance(answer, Exception) else answer
            if problem is not None:
                raise GraderError(unfit(worker, host, problem))
        if len(answers) < len(found):
            say(
                f"Gone while being asked whether it can grade: {_workers(len(found) - len(answers))}."
            )
        if answers:
            plural = "" if len(answers) == 1 else "s"
            say(
                f"{len(answers)} worker{plural} of the cluster can grade. (--jobs is not for them.)"
            )
            return


def _workers(count: int) -> str:
    return f"{count} worker{'' if count == 1 else 's'}"


def _wait_for_one(client: Client, address: str, begun: float, stopping: Callable[[], bool]) -> bool:
    """Wait until there is a worker; False if it is asked to stop before."""
    told = False
    while not stopping():
        try:
            there = client.nthreads()
        except (OSError, ValueError, RuntimeError) as error:
            raise _lost(error) from error
        if there:
            return True
        if time.monotonic() - begun > FIRST_WORKER_SECONDS:
            raise GraderError(
                f"Cannot grade on {address}: the scheduler has no workers. Start some with "
                f"`dask worker {address} --nthreads 1`."
            )
        if not told:
            say(f"Waiting for a first worker, for up to {FIRST_WORKER_SECONDS} s ...")
            told = True
        time.sleep(_LOOK_SECONDS)
    return False


def _lost(error: Exception) -> GraderError:
    return GraderError(
        f"Cannot ask the cluster's workers for their version: {stopped(short_cause(error))} "
        "See that its scheduler and its workers run, then run the same command again."
    )


def _strange(error: Exception) -> Fitness:
    """What keeps a worker from grading that cannot even run `fitness`."""
    # Dask wraps what it cannot send as it is: then only its text tells.
    cause = str(error) if type(error) is Exception else short_cause(error)
    return "", f"it cannot run this version of the grader ({cause}). {_SAME}"


def unfit(worker: str, host: str, problem: str) -> str:
    """The message about a worker that cannot grade."""
    place = f"{worker} on {host}" if host else worker
    return f"Cannot grade with worker {place}: {problem} Or stop that worker."


def fitness(kit: Kit) -> Fitness:
    """Runs on a worker: can it grade?"""
    problem = difference(kit)
    if problem is None:
        try:
            try_jail(load_assignment(kit.assignment), kit.given, kit.limits)
        except JailError as error:
            problem = unjailed(error)
        except OSError as error:
            problem = f"it cannot write the given files ({short_cause(error)}). Make room there."
    return platform.node(), problem


def unjailed(error: JailError) -> str:
    """What keeps a worker from grading that cannot set up a jail."""
    return stopped(str(error).replace("Cannot", "it cannot", 1))


def difference(kit: Kit) -> str | None:
    """Runs on a worker: what of the package is not as it is where the run was started."""
    if kit.grader_version != __version__:
        return (
            f"it has version {__version__} of the grader, and this is {kit.grader_version}. {_SAME}"
        )
    if kit.testcases != digest_of_testcases():
        return f"its testcases/ is another than here, so it would judge by other tests. {_SAME}"
    return None
