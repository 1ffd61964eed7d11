"""What isolating a submission costs: beginning and ending a child, jailed and not.

The rival is the same warm server under the same bubblewrap, whose children are forked and killed in
the same way but not isolated: no namespaces, mounts, limits or filter of their own. Nothing of a
student's runs in either.

    python -m benchmarks.jail_overhead
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from grader.jail import server_process
from grader.jail.bubblewrap import command
from grader.jail.limits import Limits
from grader.jail.outside import Jail
from grader.parcels import given_files, unpack_given
from testcases import load_assignment

ROOT = Path(__file__).resolve().parent.parent
#: The server with its children's isolation left out. It is still in bubblewrap's own namespaces.
_PLAIN = """
import os, sys
sys.path.insert(0, "/jail")
import isolation, notebook_process
os.makedirs(isolation.WORK)
os.chmod(isolation.WORK, 0o777)
notebook_process.isolate = notebook_process.renounce = lambda *_: None
import inside
inside.main()
"""


@dataclass(frozen=True)
class Overhead:
    """Milliseconds to begin and end one child; medians."""

    jailed: float
    plain: float

    @property
    def milliseconds(self) -> float:
        """What isolation adds."""
        return self.jailed - self.plain


def measure_overhead(rounds: int = 200) -> Overhead:
    """Begin and end children of both servers in turn, so that both meet the same machine."""
    module = load_assignment("regularization").public_module
    with ExitStack() as stack:
        given = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-given-")))
        unpack_given(given_files(ROOT / "release" / "regularization"), given)
        jailed = stack.enter_context(Jail(given, module, Limits()))
        plain = stack.enter_context(_plain(given, module))
        times: dict[Jail, list[float]] = {jailed: [], plain: []}
        for _ in range(rounds):
            for jail, taken in times.items():
                begun = time.perf_counter()
                jail.child({}).close()
                taken.append(1000 * (time.perf_counter() - begun))
        return Overhead(statistics.median(times[jailed]), statistics.median(times[plain]))


def _plain(given: Path, module: str) -> Jail:
    def without_isolation(*details: Any) -> list[str]:
        arguments = command(*details)
        place = arguments.index("/jail/inside.py", arguments.index("-s"))
        return [*arguments[:place], "-c", _PLAIN, *arguments[place + 1 :]]

    with mock.patch.object(server_process, "command", without_isolation):
        return Jail(given, module, Limits())


if __name__ == "__main__":
    overhead = measure_overhead()
    print(f"jailed {overhead.jailed:.1f} ms, plain {overhead.plain:.1f} ms: ", end="")
    print(f"isolation costs {overhead.milliseconds:.1f} ms a submission")
