"""Every bound on what a submission may use, in one place.

They are generous: an honest notebook of this course needs a hundredth of each.
"""

from __future__ import annotations

from dataclasses import dataclass


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
