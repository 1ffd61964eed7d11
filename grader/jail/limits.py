"""Every bound on what a submission may use, in one place, and how a course sets its own.

The defaults are generous: an honest notebook of this course needs a hundredth of each. A course that
needs others writes them into its nbgrader_config.py, by the names below:

    c.Limits.cell_seconds = 60.0
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..errors import GraderError


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission. Times in seconds of the clock unless said otherwise."""

    #: One code cell.
    cell_seconds: float = 20.0
    #: One call of a graded function.
    call_seconds: float = 10.0
    #: Everything, from the first fork to the last call.
    total_seconds: float = 120.0
    #: Processor time of one process (RLIMIT_CPU), whole seconds.
    cpu_seconds: int = 60
    #: Address space beyond what the warm interpreter has already (RLIMIT_AS), bytes.
    memory_bytes: int = 1024**3
    #: Memory of all its processes together, looked at ten times a second, bytes.
    total_memory_bytes: int = 2 * 1024**3
    #: Processes and threads (RLIMIT_NPROC).
    processes: int = 32
    #: Largest file (RLIMIT_FSIZE), and all files together (size of the scratch folder), bytes.
    file_bytes: int = 16 * 1024**2
    scratch_bytes: int = 64 * 1024**2
    #: Open files (RLIMIT_NOFILE).
    open_files: int = 64
    #: What a cell may show: text characters, and pictures as bytes.
    output_characters: int = 20_000
    picture_bytes: int = 1024**2
    #: How often a submission that kills its process is begun anew, without what killed it.
    restarts: int = 8


_SECTION = "Limits"
#: Below these the jail itself has no room, or not even an honest notebook can be run. Others: above 0.
_LEAST: Mapping[str, int] = {
    "cpu_seconds": 1,
    "memory_bytes": 64 * 1024**2,
    "total_memory_bytes": 512 * 1024**2,  # the warm interpreter, a few times over
    "processes": 12,  # the notebook, and a snapshot of it for each test cell
    "file_bytes": 1024**2,
    "scratch_bytes": 2 * 1024**2,
    "open_files": 24,
    "restarts": 0,
}
#: The first of each pair is part of the second, and so cannot be more.
_PARTS = (
    ("cell_seconds", "total_seconds"),
    ("call_seconds", "total_seconds"),
    ("memory_bytes", "total_memory_bytes"),
    ("file_bytes", "scratch_bytes"),
)


def limits_of(config: Mapping[str, Any]) -> Limits:
    """The limits that a course has set, and the defaults for the others.

    Args:
        config: traitlets' Config of the course, such as an nbgrader application's `config`.

    Raises:
        GraderError: there is no such limit, or its value is impossible.
    """
    known = {field.name: field for field in fields(Limits)}
    given = dict(config.get(_SECTION, {}))
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
            raise _refusal(name, "there is no limit of that name", remedy)
        _check(name, value, whole=known[name].type == "int")
    limits = Limits(**given)
    for part, whole in _PARTS:
        least, most = getattr(limits, part), getattr(limits, whole)
        if least > most:
            name = part if part in given else whole
            raise _refusal(
                name,
                f"{part} would be {least}, more than {whole}, which is {most}",
                f"Set {whole} to at least {least}, or {part} to at most {most}.",
            )
    return limits


def _check(name: str, value: Any, whole: bool) -> None:
    right = type(value) is int or (type(value) is float and not whole and math.isfinite(value))
    if not right:
        kind = "whole number" if whole else "number"
        raise _refusal(name, f"{value!r} is no {kind}", f"Give it a {kind}.")
    least = _LEAST.get(name)
    if least is not None and value < least:
        raise _refusal(name, f"{value} is too little", f"Give it at least {least}.")
    if least is None and value <= 0:
        raise _refusal(name, f"{value} is too little", "Give it more than 0.")


def _refusal(name: str, cause: str, remedy: str) -> GraderError:
    return GraderError(f"Cannot set c.{_SECTION}.{name}: {cause}. {remedy}")
